"""How much a page has moved since it began to load, without what its reader did."""

# What counts as good by web.dev/cls is five times as much.
MOST = 0.02
SHIFT = """() => new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value;
    }).observe({ type: "layout-shift", buffered: true });
    document.fonts.ready.then(() => setTimeout(() => resolve(shift), 300));
})"""
