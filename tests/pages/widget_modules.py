"""The modules that the front end is tried on: code cells as an author would write them."""

from tests.pages.lessons import Modules

ANYWIDGETS = """
    import os

    import anywidget
    from traitlets import Bytes, Int, Unicode


    class Counter(anywidget.AnyWidget):
        _esm = '''
        function initialize({ model }) {
          model.on("change:count", () => {
            document.body.dataset.initialized = model.get("count");
          });
        }
        function render({ model, el }) {
          const button = document.createElement("button");
          const poison = document.createElement("button");
          poison.textContent = "poison";
          poison.addEventListener("click", () => {
            model.set("count", 666);
            model.save_changes();
          });
          const output = document.createElement("output");
          const show = () => {
            button.textContent = `count ${model.get("count")}`;
            output.textContent = `double ${model.get("double")} by ${model.get("pid")}`;
          };
          button.addEventListener("click", () => {
            model.set("count", model.get("count") + 1);
            model.save_changes();
          });
          model.on("change", show);
          show();
          el.append(button, poison, output);
          return () => model.off("change", show);
        }
        export default { initialize, render };
        '''
        _css = "output { font-style: italic; }"
        count = Int(0).tag(sync=True)
        double = Int(0).tag(sync=True)
        pid = Int(0).tag(sync=True)

        def __init__(self):
            super().__init__()
            self.observe(self.calculate, "count")

        def calculate(self, change):
            if self.count == 666:
                os._exit(1)
            self.double = 2 * self.count
            self.pid = os.getpid()
            if self.count > 5:
                self.count = 5
"""

MESSAGES = """
    from anywidget.experimental import command


    class Talker(anywidget.AnyWidget):
        _esm = '''
        export default () => ({
          render({ model, el, experimental }) {
            const button = (name, act) => {
              const made = document.createElement("button");
              made.textContent = name;
              made.addEventListener("click", act);
              el.append(made);
            };
            const output = document.createElement("output");
            el.append(output);
            const tell = (words, { buffer, byteOffset, byteLength }) => {
              output.textContent = `${words} ${new Uint8Array(buffer, byteOffset, byteLength)}`;
            };
            model.on("msg:custom", (content, buffers) => {
              if (content.kind === "answer") tell(content.words, buffers[0]);
            });
            model.on("change:data", () => tell("data", model.get("data")));
            button("send", () => {
              model.send({ kind: "question" }, undefined, [new Uint8Array([1, 2, 3])]);
            });
            button("set", () => {
              model.set("sent", new DataView(new Uint8Array([4, 5]).buffer));
              model.save_changes();
            });
            button("invoke", async () => {
              const options = { buffers: [new DataView(new Uint8Array([9]).buffer)] };
              const [sum, buffers] = await experimental.invoke("_add", [2, 3], options);
              tell(`sum ${sum}`, buffers[0]);
            });
            button("make", async () => {
              model.on("change:made", async () => {
                const other = await model.widget_manager.get_model(model.get("made"));
                output.textContent = `made ${other.get("count")}`;
              });
              model.send({ kind: "make" });
            });
          },
        });
        '''
        sent = Bytes(b"").tag(sync=True, from_json=lambda value, widget: bytes(value))
        data = Bytes(bytes([7])).tag(sync=True)
        made = Unicode("").tag(sync=True)

        def __init__(self):
            super().__init__()
            self.on_msg(self.answer)
            self.observe(self.reverse, "sent")

        def answer(self, widget, content, buffers):
            if content.get("kind") == "question":
                heard = bytes(reversed(bytes(buffers[0])))
                self.send({"kind": "answer", "words": "heard"}, [heard])
            elif content.get("kind") == "make":
                counter = Counter()
                counter.count = 42
                self.made = counter.model_id

        def reverse(self, change):
            self.data = bytes(reversed(bytes(self.sent)))

        @command
        def _add(self, numbers, buffers):
            return sum(numbers), [bytes(buffers[0]) * 2]
"""

LINKS = """
    import ipywidgets as widgets

    linked = widgets.IntSlider(value=3, description="Antal", max=10)
    mirror = widgets.Label("0")
    widgets.jslink((linked, "value"), (mirror, "value"))
    watched = widgets.IntSlider(value=2, description="Personer", max=10)
    told = widgets.Label("ingen")
    watched.observe(lambda change: setattr(told, "value", f"{change.new} personer"), "value")
    widgets.VBox([linked, mirror, watched, told])
"""

CONTROLS = """
    presses = widgets.Label("0 tryck")
    pressed = []


    def press(button):
        pressed.append(button)
        presses.value = f"{len(pressed)} tryck"


    button = widgets.Button(description="Tryck här", icon="check")
    button.on_click(press)
    way = widgets.Dropdown(options=["tåg", "bil"], description="Färdsätt")
    name = widgets.Text(description="Namn")
    choice = widgets.RadioButtons(options=["ja", "nej"], description="Följer med")
    summary = widgets.Label("–")


    def summarise(change):
        summary.value = f"{name.value} tar {way.value}"


    way.observe(summarise, "value")
    name.observe(summarise, "value")
    widgets.VBox([button, presses, way, name, choice, summary])
"""

MIXED = """
    box = widgets.VBox([widgets.Label("Räknaren:"), Counter()])
    box.layout.width = "20rem"
    box
"""

INTERACT = """
    import matplotlib.pyplot as plt


    @widgets.interact(antal=widgets.IntSlider(value=2, min=1, max=9, description="Prickar"))
    def draw(antal):
        print(f"{antal} prickar")
        plt.figure(figsize=(2, 1))
        plt.plot(range(antal), "o")
        plt.show()
"""

OUTPUT = """
    from IPython.display import HTML, display

    out = widgets.Output()
    show = widgets.Button(description="Visa tabell")
    fail = widgets.Button(description="Gör fel")


    @show.on_click
    def show_table(button):
        with out:
            out.clear_output(wait=True)
            table = "<table onclick='alert(1)'><tr><td>42</td></tr></table>"
            display(HTML(table + "<script>alert(1)</script>"))


    @fail.on_click
    def divide(button):
        with out:
            1 / 0


    widgets.VBox([show, fail, out])
"""

PICTURE = """
    import base64

    import ipywidgets as widgets

    dot = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
        "AAAABJRU5ErkJggg=="
    )
    picture = widgets.Image(value=base64.b64decode(dot), format="png", width=20, height=20)
    picture
"""

CHART = """
    import altair as alt

    alt.Chart(
        alt.Data(values=[{"sätt": "tåg", "kronor": 200}, {"sätt": "bil", "kronor": 850}]),
        description="Tåget kostar 200 kronor, bilen 850.",
    ).mark_bar().encode(x="sätt:N", y="kronor:Q")
"""

MODULES: Modules = {
    "10-anywidgets": [ANYWIDGETS + "\n\n    Counter()", MESSAGES + "\n\n    Talker()"],
    "11-third-party": [
        "from bitjet import ByteView\n\nByteView(data=bytes(range(64)), datawidth=8)"
    ],
    "12-standard": [LINKS, CONTROLS, ANYWIDGETS, MIXED, OUTPUT],
    "13-interact": ["import ipywidgets as widgets", INTERACT],
    "14-chart": [CHART],
    "15-picture": [PICTURE],
}
