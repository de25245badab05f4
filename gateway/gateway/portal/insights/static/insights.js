// @ts-check
// Draws charts from the tables on the page. A click on a mark opens the same tickets as the number in the table.
import { need } from "../../kit/static/dom.js";

/**
 * @typedef {ReturnType<typeof read>} Table
 * @typedef {import("echarts").EChartsOption} Option
 */
const { echarts } = window;

const pen = /** @type {CanvasRenderingContext2D} */ (
  document.createElement("canvas").getContext("2d", { willReadFrequently: true })
);

// ECharts cannot read oklch(). Painting a pixel gives the colour as rgba().
/** @param {string} name */
function colour(name) {
  pen.clearRect(0, 0, 1, 1);
  probe.style.color = `var(${name})`;
  pen.fillStyle = getComputedStyle(probe).color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

/** @param {HTMLTableElement} table */
function read(table) {
  const names = [...need(table, "thead tr").cells].slice(1, 4).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].textContent),
    series: names.map((name, column) => ({
      name,
      data: rows.map((row) => Number(row.cells[column + 1].dataset.value)),
      addresses: rows.map((row) => row.cells[column + 1].querySelector("a")?.href),
    })),
  };
}

/** @param {HTMLElement} box */
function common(box) {
  const text = {
    color: colour("--muted-foreground"),
    fontFamily: getComputedStyle(document.body).fontFamily,
    fontSize: 12,
  };
  const quiet = { axisLine: { show: false }, axisTick: { show: false }, axisLabel: text };
  return {
    text,
    names: { ...quiet, type: /** @type {const} */ ("category") },
    values: {
      ...quiet,
      type: /** @type {const} */ ("value"),
      minInterval: 1,
      splitLine: { lineStyle: { color: colour("--border") } },
    },
    option: /** @type {Option} */ ({
      animation: false,
      aria: { enabled: true, label: { description: box.dataset.label } },
      color: [colour("--muted-foreground"), colour("--primary"), colour("--foreground")],
      legend: {
        textStyle: text,
        left: 0,
        top: 0,
        itemWidth: 12,
        itemHeight: 8,
        itemGap: 16,
        icon: "roundRect",
        selectedMode: false,
      },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        axisPointer: { type: "shadow", shadowStyle: { color: colour("--hover"), opacity: 0.6 } },
        backgroundColor: colour("--raised"),
        borderColor: colour("--border"),
        textStyle: { ...text, color: colour("--foreground") },
      },
    }),
  };
}

/** @param {HTMLElement} box @param {Table} table @returns {Option} */
function trend(box, { labels, series }) {
  const { option, names, values } = common(box);
  /** @type {(import("echarts").BarSeriesOption | import("echarts").LineSeriesOption)[]} */
  const shapes = [
    { type: "bar", barMaxWidth: 14, barGap: "10%", itemStyle: { borderRadius: [2, 2, 0, 0] } },
    { type: "bar", barMaxWidth: 14, itemStyle: { borderRadius: [2, 2, 0, 0] } },
    { type: "line", symbol: "circle", symbolSize: 5, showSymbol: labels.length < 40, lineStyle: { width: 1.5 } },
  ];
  return {
    ...option,
    grid: { left: 0, right: 8, top: 36, bottom: 6, containLabel: true },
    xAxis: { ...names, data: labels },
    yAxis: values,
    series: series.map(({ name, data }, index) => ({
      name,
      data,
      cursor: "pointer",
      emphasis: { disabled: true },
      ...shapes[index],
    })),
  };
}

/** @param {HTMLElement} box @param {Table} table @returns {Option} */
function breakdown(box, { labels, series }) {
  const { option, names, values } = common(box);
  return {
    ...option,
    grid: { left: 0, right: 8, top: 32, bottom: 0, containLabel: true },
    xAxis: { ...values, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      ...names,
      inverse: true,
      data: labels,
      axisLabel: { ...names.axisLabel, width: 128, overflow: "truncate" },
    },
    series: series.map(({ name, data }) => ({
      name,
      data,
      type: "bar",
      barMaxWidth: 8,
      barGap: "20%",
      cursor: "pointer",
      emphasis: { disabled: true },
      itemStyle: { borderRadius: 2 },
    })),
  };
}

/** @type {Record<string, typeof trend>} */
const DRAWINGS = { trend, breakdown };

/** @param {HTMLElement} box */
function draw(box) {
  const table = read(need(document, `table#${box.dataset.chart}`));
  if (!table.labels.length) return;
  const paper = box.querySelector(".paper") || box.appendChild(document.createElement("div"));
  paper.className = "paper";
  const option = DRAWINGS[box.dataset.kind ?? ""](box, table);
  const chart = echarts.getInstanceByDom(paper) || echarts.init(paper);
  chart.setOption(option, true);
  chart.resize();
  chart.off("click");
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const address = table.series[seriesIndex ?? 0].addresses[dataIndex];
    if (address) location.assign(address);
  });
}

const boxes = [...document.querySelectorAll("[data-chart]")];
const drawAll = () => {
  for (const box of boxes) draw(box);
};

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const paper = target.querySelector(".paper");
    if (paper) echarts.getInstanceByDom(paper)?.resize();
  }
});
for (const box of boxes) resized.observe(box);
