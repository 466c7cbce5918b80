// Answers each visible text of the page whose contrast with its background is below 4.5 to 1
// (WCAG 2.2, 1.4.3), one a line. Disabled controls are exempt there.
(() => {
  const colour = (words) => {
    const [red, green, blue, alpha = 1] = words.match(/[\d.]+/g).map(Number);
    return { red, green, blue, alpha };
  };
  const over = (front, back) => {
    const mix = (channel) => front[channel] * front.alpha + back[channel] * (1 - front.alpha);
    return { red: mix('red'), green: mix('green'), blue: mix('blue'), alpha: 1 };
  };
  const luminance = ({ red, green, blue }) => {
    const linear = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const background = (element) => {
    if (!element) return colour('rgb(255, 255, 255)');
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    // The lightest end of a gradient, where light text on it is read worst.
    const gradient = /gradient.*(rgb[^)]*\))/.exec(backgroundImage);
    const own = colour(gradient && element.matches('.bar') ? gradient[1] : backgroundColor);
    return own.alpha === 1 ? own : over(own, background(element.parentElement));
  };
  const opacity = (element) => (element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1);
  const poor = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim();
    if (words === '' || !element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, :disabled')) continue;
    const back = background(element);
    const ink = colour(getComputedStyle(element).color);
    const front = over({ ...ink, alpha: ink.alpha * opacity(element) }, back);
    const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) poor.add(`${ratio.toFixed(2)} ${element.id || element.className || element.tagName}: ${words.slice(0, 40)}`);
  }
  return [...poor].join('\n');
})()
