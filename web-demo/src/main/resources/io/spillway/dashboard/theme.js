// Before the first paint, so that a dark page doesn't flash white. A classic script: modules wait.
try {
  document.documentElement.dataset.theme = localStorage.getItem('spillway.theme') ?? 'auto';
} catch {
  document.documentElement.dataset.theme = 'auto'; // Storage is switched off: the choice lasts as long as the page.
}
