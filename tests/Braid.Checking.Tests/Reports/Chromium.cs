using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Checking.Tests.Reports;

/// <summary>A headless Chromium with one page, driven through its DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private const int MostPresses = 50;
    private const string Middle = "(e => (b => [b.x + b.width / 2, b.y + b.height / 2])(e.getBoundingClientRect()))";

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private Task? _rest;                // reads its further output, so that it never has to wait for a reader
    private int _calls;

    private Chromium(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>The path of the program; null if there is none on this machine.</summary>
    public static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in s_names
         let file = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
         where File.Exists(file)
         select file).FirstOrDefault();

    public static async Task<Chromium> Open(string program, Uri page, CancellationToken token)
    {
        string profile = Directory.CreateTempSubdirectory("braid-chromium-").FullName;
        var start = new ProcessStartInfo(program) { RedirectStandardError = true };
        foreach (string argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1400,900", $"--user-data-dir={profile}",
            "--remote-debugging-port=0", page.AbsoluteUri,
        })
        {
            start.ArgumentList.Add(argument);
        }

        var chromium = new Chromium(Process.Start(start)!, profile);
        try
        {
            await chromium.Connect(token);
            return chromium;
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of an expression in the page; if it is a promise, the value of that.</summary>
    public async Task<string> Evaluate(string expression, CancellationToken token)
    {
        JsonObject request = new() { ["expression"] = $"Promise.resolve({expression}).then(String)", ["awaitPromise"] = true };
        JsonNode answer = await Call("Runtime.evaluate", request, token);
        return answer["exceptionDetails"] is { } failure
            ? throw new InvalidOperationException($"{expression}: {failure}")
            : answer["result"]!["value"]!.GetValue<string>();
    }

    /// <summary>Presses the mouse on the middle of the first element that fits, until that has been clicked.</summary>
    public async Task Click(string selector, CancellationToken token)
    {
        string element = $"document.querySelector('{selector}')";
        await Evaluate($"{element}.addEventListener('click', () => window.clicked = true, {{ once: true, capture: true }})", token);
        await Evaluate("window.clicked = false", token);
        for (int press = 0; await Evaluate("window.clicked", token) != "true"; press++)
        {
            if (press == MostPresses)
            {
                string state = await State(element, token);
                Assert.Fail($"{selector} was not clicked by pressing the mouse on its middle {MostPresses} times. {state}");
            }

            await Evaluate($"{element}.scrollIntoView({{ block: 'center' }})", token);   // a long report has scrolled it out of sight

            // The browser finds what is hit in the frame that it has drawn last: not in one from before the last change. On a busy machine
            // something may still move between the two events, and a page that is not shown draws no frames.
            await Evaluate(
                "new Promise(drawn => { requestAnimationFrame(() => requestAnimationFrame(drawn)); setTimeout(drawn, 200); })", token);
            // A press that ended elsewhere may have selected text, and the next one would drag that.
            await Evaluate("getSelection().removeAllRanges()", token);
            await Call("Input.cancelDragging", [], token);
            double[] middle = JsonSerializer.Deserialize<double[]>($"[{await Evaluate($"{Middle}({element})", token)}]")!;
            foreach (string type in new[] { "mousePressed", "mouseReleased" })
            {
                JsonObject click = new() { ["type"] = type, ["x"] = middle[0], ["y"] = middle[1], ["button"] = "left", ["clickCount"] = 1 };
                await Call("Input.dispatchMouseEvent", click, token);
            }
        }
    }

    /// <summary>What may keep the mouse from an element.</summary>
    private async Task<string> State(string element, CancellationToken token) => await Evaluate(
        "(m => `Its middle is ${m} of ${innerWidth} x ${innerHeight}, where there is " +
        "${document.elementFromPoint(...m)?.outerHTML.slice(0, 200)}; " +
        $"the page is ${{document.visibilityState}}; selected: ${{getSelection()}}`)({Middle}({element}))",
        token);

    public async Task Press(string key, int code, CancellationToken token)
    {
        foreach (string type in new[] { "keyDown", "keyUp" })
        {
            await Call("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["windowsVirtualKeyCode"] = code }, token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await (_rest ?? Task.CompletedTask);
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // One of its other processes has not ended yet, and still writes there. The folder is temporary.
        }
    }

    private async Task Connect(CancellationToken token)
    {
        const string announcement = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(token) ?? throw new InvalidOperationException("Chromium has ended.");
        }
        while (!line.StartsWith(announcement, StringComparison.Ordinal));
        _rest = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var http = new HttpClient();
        var list = new Uri($"http://127.0.0.1:{new Uri(line[announcement.Length..]).Port}/json/list");
        JsonNode? page;
        do
        {
            page = JsonNode.Parse(await http.GetStringAsync(list, token))!.AsArray()
                .FirstOrDefault(static target => target!["type"]!.GetValue<string>() == "page");
        }
        while (page is null);
        await _socket.ConnectAsync(new Uri(page["webSocketDebuggerUrl"]!.GetValue<string>()), token);
        while (await Evaluate("location.protocol + document.readyState", token) != "file:complete")
        {
            await Task.Yield();
        }
    }

    private async Task<JsonNode> Call(string method, JsonObject parameters, CancellationToken token)
    {
        int call = ++_calls;
        JsonObject request = new() { ["id"] = call, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, endOfMessage: true, token);
        while (true)
        {
            JsonNode message = await Receive(token);
            if (message["id"]?.GetValue<int>() == call)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message["error"]}");
            }
        }
    }

    private async Task<JsonNode> Receive(CancellationToken token)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }
}
