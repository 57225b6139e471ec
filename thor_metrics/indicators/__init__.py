"""What pages, reports and ``hot`` show: counts, changes and how complete they are."""
