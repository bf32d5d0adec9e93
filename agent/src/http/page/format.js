// Numbers, durations and places as people read them. What is unknown is a dash.

const UNKNOWN = '–';

function number(value) {
  if (value === null || value === undefined) return UNKNOWN;
  if (value < 100000) return value.toLocaleString('en');
  for (const [unit, size] of [['G', 1e9], ['M', 1e6], ['k', 1e3]]) {
    if (value >= size) return (value / size).toFixed(value < size * 100 ? 1 : 0) + ' ' + unit;
  }
  return String(value);
}

function duration(seconds) {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 1e-6) return Math.round(seconds * 1e9) + ' ns';
  if (seconds < 1e-3) return short(seconds * 1e6) + ' µs';
  if (seconds < 1) return short(seconds * 1e3) + ' ms';
  if (seconds < 60) return seconds.toFixed(1) + ' s';
  if (seconds < 3600) return Math.floor(seconds / 60) + ' m ' + Math.floor(seconds % 60) + ' s';
  if (seconds < 86400) return Math.floor(seconds / 3600) + ' h ' + Math.floor((seconds % 3600) / 60) + ' m';
  return Math.floor(seconds / 86400) + ' d ' + Math.floor((seconds % 86400) / 3600) + ' h';
}

function short(value) {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

function bytes(value) {
  if (value < 1024) return value + ' B';
  if (value < 1048576) return (value / 1024).toFixed(0) + ' KiB';
  return (value / 1048576).toFixed(1) + ' MiB';
}

function percent(share) {
  return share === null || share === undefined ? UNKNOWN : (share * 100).toFixed(2) + ' %';
}

function plural(count, word) {
  return number(count) + ' ' + word + (count === 1 ? '' : 's');
}

function clock(unixMs) {
  return new Date(unixMs).toLocaleTimeString([], { hour12: false });
}

function words(kind) {
  return kind.replaceAll('_', ' ');
}

// A rate from two readings of a counter.
function rate(now, before, seconds) {
  return seconds > 0 && before !== undefined ? Math.max(0, now - before) / seconds : null;
}
