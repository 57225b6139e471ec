// Shows one slide at a time: arrows, space, Home, End; F is full screen, A goes on by itself.
function showDeck(home, { seconds, key, page }) {
  const deck = home.querySelector(".deck")
  const slides = [...deck.querySelectorAll(".slide")]
  const bar = home.querySelector(".bar")
  const dialog = home.querySelector("dialog.full")
  const told = home.querySelector(".told")
  const button = (name) => bar.querySelector(`[data-do="${name}"]`)
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}")
  let at = Math.min(kept.at || 0, slides.length - 1)
  let timer = null

  const keep = () => sessionStorage.setItem(key, JSON.stringify({ at, full: dialog.open }))
  const show = (number) => {
    at = Math.max(0, Math.min(number, slides.length - 1))
    slides.forEach((slide, n) => slide.classList.toggle("shown", n === at))
    const words = `Dia ${at + 1} van ${slides.length}`
    bar.querySelector(".at").textContent = words
    told.textContent = `${words}: ${slides[at].querySelector("h2").textContent}`
    keep()
  }
  const auto = (on) => {
    clearInterval(timer)
    timer = on ? setInterval(() => show((at + 1) % slides.length), 1000 * (seconds || 30)) : null
    button("auto").textContent = on ? "Pauze" : "Vanzelf"
    button("auto").setAttribute("aria-pressed", String(on))
  }
  const full = (on) => {
    if (on && !dialog.open) {
      dialog.append(deck, bar)
      dialog.showModal()
      document.documentElement.requestFullscreen?.().catch(() => {})
    } else if (!on && dialog.open) {
      dialog.close()
    }
    button("full").textContent = dialog.open ? "Sluiten" : "Volledig scherm"
    deck.focus()
    keep()
  }
  const print = () => {
    if (!page) return window.print()
    const frame = document.createElement("iframe")
    frame.style.cssText = "position:fixed;width:0;height:0;border:0"
    frame.title = "Afdruk van de briefing"
    frame.srcdoc = page
    frame.onload = () => {
      frame.contentWindow.onafterprint = () => frame.remove()
      frame.contentWindow.print()
    }
    document.body.append(frame)
  }
  const doing = {
    back: () => show(at - 1),
    next: () => show(at + 1),
    full: () => full(!dialog.open),
    auto: () => auto(timer === null),
    print,
  }
  const keys = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next",
    ArrowLeft: "back", ArrowUp: "back", PageUp: "back", f: "full", a: "auto",
  }
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === " " && event.target.closest("button")) return
    if (event.key === "Home") show(0)
    else if (event.key === "End") show(slides.length - 1)
    else if (keys[event.key]) doing[keys[event.key]]()
    else return
    event.preventDefault()
  }
  bar.onclick = (event) => doing[event.target.closest("button")?.dataset.do]?.()
  deck.onkeydown = pressed
  bar.onkeydown = pressed
  dialog.onclose = () => {
    home.querySelector(".place").append(deck, bar)
    if (document.fullscreenElement) document.exitFullscreen()
    full(false)
  }
  show(at)
  auto(seconds > 0)
  if (kept.full) full(true)
  return () => clearInterval(timer)
}
