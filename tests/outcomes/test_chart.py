"""The chart is a picture a mail client shows, the same for the same figures."""

from io import BytesIO

from PIL import Image

from outcomes.chart import DOTS_PER_INCH, WIDTH_INCHES, ChartBar, ChartPanel, draw_chart

YES_NO = ChartPanel("Was it worth your time?", (ChartBar("Yes", "3", 0.75, 3), ChartBar("No", "1", 0.25, 1)))
STEPS = ChartPanel("From 0 to 2?", tuple(ChartBar(str(step), "0", 0.0, 0) for step in range(3)), columns=True)


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def test_a_chart_is_a_png_as_wide_as_a_phone_shows_it() -> None:
    picture = opened(draw_chart([YES_NO]))
    assert picture.format == "PNG"
    assert picture.width == round(WIDTH_INCHES * DOTS_PER_INCH)


def test_a_chart_grows_with_its_panels() -> None:
    assert opened(draw_chart([YES_NO, STEPS])).height > opened(draw_chart([YES_NO])).height


def test_the_same_figures_give_the_same_bytes() -> None:
    assert draw_chart([YES_NO, STEPS]) == draw_chart([YES_NO, STEPS])


def test_a_larger_share_fills_more_of_the_bar() -> None:
    def blue(share: float) -> int:
        picture = opened(draw_chart([ChartPanel("", (ChartBar("", "", share, 1),))])).convert("RGB")
        pixels = picture.tobytes()
        return sum(red < 50 and blue > 150 for red, blue in zip(pixels[::3], pixels[2::3], strict=True))

    assert blue(0.0) == 0 < blue(0.4) < blue(0.8)


def test_dollar_signs_in_a_label_are_only_dollar_signs() -> None:
    draw_chart([ChartPanel("$5 or $\\frac$?", (ChartBar("$x^", "$", 0.5, 1),))])
