// Lays Plotly over the server-drawn line charts on wide screens: the same lines, with values on
// hover. Load this file before plotly.min.js: the markers below tell Plotly that the page brings
// the few rules it needs (ui.css), so that it injects no <style>, which the CSP would refuse.
'use strict';

const MARKERS = [
  'plotly.js-style-global',
  // The style sheet of the map library inside plotly.js, which no chart here uses.
  '9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53',
];
for (const id of MARKERS) {
  const marker = document.createElement('template');
  marker.id = id;
  marker.className = 'no-inline-styles';
  document.head.append(marker);
}

document.addEventListener('DOMContentLoaded', () => {
  if (!window.Plotly || matchMedia('(forced-colors: active), (max-width: 40rem)').matches) return;
  document.querySelectorAll('[data-figure]').forEach(async plot => {
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    const host = document.createElement('div');
    host.className = 'ui-plotly';
    plot.append(host);
    await window.Plotly.newPlot(host, figure.data, figure.layout, { responsive: true, displayModeBar: false, scrollZoom: false });
    plot.dataset.drawn = '';
  });
});
