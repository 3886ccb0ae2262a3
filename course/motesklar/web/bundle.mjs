/**
 * Bundles our scripts and style sheets, so that a page needs few requests: `make bundle`.
 *
 * The modules stay as they are; without a bundle, or with an old one, the server gives them to the
 * browser one by one. Foreign code (vendor/) is bundled apart and loaded only where it is used.
 */
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const WEB = dirname(fileURLToPath(import.meta.url));
const STATIC = join(WEB, "static");
const ROOT = resolve(WEB, "../../..");
const WIDGETS = join(ROOT, "widgets/motesklar_widgets/static");
const OUT = join(STATIC, "bundle");
const VENDOR = join(WEB, "vendor");
const VENDOR_OUT = join(STATIC, "vendor");

/** Page kind to its scripts and its style sheets, in order; `bundles.py` reads them back. */
const { scripts, styles, vendor } = JSON.parse(readFileSync(join(WEB, "bundles.json"), "utf8"));

/** @param {string} folder @param {string} suffix */
function filesIn(folder, suffix) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Where the server shows a source file, below `/static/<hash>/`. @param {string} path */
function servedPath(path) {
  const inside = path.startsWith(WIDGETS) ? join("widgets", relative(WIDGETS, path)) : relative(STATIC, path);
  return inside.split(sep).join("/");
}

/** Finds modules as browsers do, and lets each know its own address. */
const addresses = {
  name: "addresses",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      const target = new URL(path, `http://x/${servedPath(importer)}`).pathname.slice(1);
      if (target.startsWith("vendor/")) return { path: `../${target}`, external: true };
      const widgets = target.startsWith("widgets/");
      return { path: widgets ? join(WIDGETS, target.slice("widgets/".length)) : join(STATIC, target) };
    });
    bundler.onLoad({ filter: /load_widget\.js$/ }, () => ({ contents: widgetRegistry(), resolveDir: WIDGETS }));
    bundler.onLoad({ filter: /static[/\\].*\.js$/ }, ({ path }) => {
      const own = `new URL("../${servedPath(path)}", import.meta.url).href`;
      return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", own) };
    });
  },
};

/** The bundle's `loadWidget`: every widget of ours is in it already. */
function widgetRegistry() {
  const names = readdirSync(WIDGETS)
    .filter((name) => name.endsWith(".js"))
    .map((name) => name.slice(0, -".js".length));
  const imports = names.map((name, index) => `import * as w${index} from ${JSON.stringify(join(WIDGETS, `${name}.js`))};`);
  const entries = names.map((name, index) => `${JSON.stringify(name)}: w${index}`);
  return `${imports.join("\n")}
const widgets = { ${entries.join(", ")} };
export async function loadWidget(name) {
  if (!Object.hasOwn(widgets, name)) throw new Error(\`no widget \${name}\`);
  return widgets[name];
}`;
}

/** SHA-256 over every source, as `bundles.py` computes it. */
function sourcesDigest() {
  const digest = createHash("sha256");
  const own = [...filesIn(join(STATIC, "js"), ".js"), ...filesIn(join(STATIC, "css"), ".css")];
  const served = [...own, ...filesIn(WIDGETS, ".js")].map((path) => [servedPath(path), path]);
  const ours = ["bundles.json", "bundle.mjs"].map((name) => [name, join(WEB, name)]);
  for (const [name, path] of [...served, ...ours].sort(([a], [b]) => (a < b ? -1 : 1))) {
    digest.update(`${name}\0`).update(readFileSync(path));
  }
  return digest.digest("hex");
}

const common = {
  absWorkingDir: ROOT, // the hashes in files' names follow their paths below it, not this machine's
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  charset: "utf8",
};

/**
 * One bundle for each kind of page: a page never loads two, so no module is there twice.
 *
 * @param {string} name @param {string[]} files
 * @returns {Promise<string[]>} the files that a browser needs at once, the entry first
 */
async function bundleScripts(name, files) {
  const { metafile } = await build({
    ...common,
    format: "esm",
    target: "es2022",
    splitting: true,
    metafile: true,
    stdin: {
      contents: files.map((file) => `import "./${file}";`).join("\n"),
      sourcefile: join(STATIC, "js", `${name}.entry.js`),
      resolveDir: join(STATIC, "js"),
    },
    outdir: OUT,
    entryNames: name,
    chunkNames: "part-[hash]",
    plugins: [addresses],
  });
  const needed = new Set([Object.keys(metafile.outputs).find((path) => basename(path) === `${name}.js`) ?? ""]);
  // a set that grows while it is walked: parts import parts
  for (const path of needed) {
    for (const { kind, external, path: part } of metafile.outputs[path].imports) {
      if (kind === "import-statement" && !external) needed.add(part);
    }
  }
  return [...needed].map((path) => basename(path));
}

/** @param {string} name @param {string[]} files */
async function bundleStyles(name, files) {
  const contents = files.map((file) => `@import "./${file}";`).join("\n");
  await build({
    ...common,
    stdin: { contents, resolveDir: join(STATIC, "css"), loader: "css" },
    outfile: join(OUT, `${name}.css`),
  });
}

/** Foreign code, and the licences that go with it. */
async function bundleVendor() {
  rmSync(VENDOR_OUT, { recursive: true, force: true });
  const inputs = [];
  for (const name of vendor) {
    const { metafile } = await build({
      ...common,
      format: "esm",
      target: "es2022",
      metafile: true,
      absWorkingDir: VENDOR,
      entryPoints: [`./${name}.js`],
      outdir: VENDOR_OUT,
      assetNames: "[name]",
      loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".eot": "empty", ".svg": "empty" },
    });
    inputs.push(...Object.keys(metafile.inputs));
    copyFileSync(join(VENDOR, `${name}.d.ts`), join(VENDOR_OUT, `${name}.d.ts`));
  }
  writeFileSync(join(VENDOR_OUT, "licences.txt"), licencesOf(inputs));
  const files = filesIn(VENDOR_OUT, "").map((path) => [basename(path), hashOf([path])]);
  const sources = hashOf(filesHere(VENDOR, /\.(js|d\.ts|json)$/));
  writeJson(join(VENDOR_OUT, "manifest.json"), { sources, files: Object.fromEntries(files) });
}

/** @param {string[]} inputs paths below vendor/ */
function licencesOf(inputs) {
  const packages = inputs.map((path) => /^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const folders = [...new Set(packages.filter((folder) => folder !== undefined))].sort();
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(VENDOR, folder, "package.json"), "utf8"));
      const text = filesHere(join(VENDOR, folder), /^licen[cs]e/i).map((path) => readFileSync(path, "utf8"));
      return [`${name} ${version}`, `Licence: ${JSON.stringify(license)}`, ...text.map((one) => one.trim())].join("\n\n");
    })
    .join(`\n\n${"-".repeat(78)}\n\n`)
    .concat("\n");
}

/** @param {string} folder @param {RegExp} wanted */
function filesHere(folder, wanted) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && wanted.test(entry.name)).map(({ name }) => name);
  return names.sort().map((name) => join(folder, name));
}

/** SHA-256 over files' names and contents. @param {string[]} paths */
function hashOf(paths) {
  const digest = createHash("sha256");
  for (const path of paths) digest.update(`${basename(path)}\0`).update(readFileSync(path));
  return digest.digest("hex");
}

/** @param {string} path @param {unknown} value */
function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

if (process.argv[2] === "vendor") {
  await bundleVendor();
} else {
  rmSync(OUT, { recursive: true, force: true });
  /** @type {Record<string, string[]>} */
  const needed = {};
  for (const [name, files] of Object.entries(scripts)) needed[name] = await bundleScripts(name, files);
  for (const [name, files] of Object.entries(styles)) await bundleStyles(name, files);
  writeJson(join(OUT, "manifest.json"), { sources: sourcesDigest(), scripts: needed });
}
