// Contrast of the texts that axe leaves undecided: signs of formulas, a letter alone, texts in drawings.
// A text's colour against what its ancestors paint behind it; each one below what WCAG 2.2 AA asks is told.

(undecided) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
        return { rgb: [r, g, b], a: a / 255 };
    };
    const over = (top, below) => top.rgb.map((value, k) => value * top.a + below[k] * (1 - top.a));
    const behind = (element) => {
        if (!element) return [255, 255, 255];
        return over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
    };
    const luminance = (rgb) => {
        const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return undecided.filter(({ element }) => element.isConnected).flatMap(({ element, target }) => {
        const style = getComputedStyle(element);
        const back = behind(element);
        const front = over(rgba(element instanceof SVGElement ? style.fill : style.color), back);
        const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
        const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
        return ratio < least ? [`pale: ${ratio.toFixed(2)} ${target} ${element.textContent.slice(0, 40)}`] : [];
    });
}
