#:project ../../src/Braid/Braid.csproj

// Downloads thirty pages, three at a time and sixty a second at most: with a pool of threads, and with an event loop.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

const int Pages = 30;
const int AtOnce = 3;
const int PerSecond = 60;

using var server = new Server();
using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
Show("threads", DownloadWithThreads);
Show("event loop", () => AsyncIO.EventLoop.Run(DownloadWithALoop));

int DownloadWithThreads()
{
    var rate = new Rate(PerSecond);
    var permits = new Threading.Semaphore(AtOnce);

    int Fetch(int page)
    {
        using (permits.EnterScope())
        {
            Thread.Sleep(rate.Delay());
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, $"{page}"));
            return new StreamReader(response.Content.ReadAsStream()).ReadToEnd().Length;
        }
    }

    using var pool = new Futures.ThreadPoolExecutor(maxWorkers: 10);
    return pool.Map(Fetch, Enumerable.Range(1, Pages)).Sum();
}

async Task<int> DownloadWithALoop()
{
    var rate = new Rate(PerSecond);
    var permits = new Threading.Semaphore(AtOnce);

    async Task<int> Fetch(int page, CancellationToken token)
    {
        using (await permits.EnterScopeAsync(token))
        {
            await Task.Delay(rate.Delay(), token);
            return (await client.GetStringAsync($"{page}", token)).Length;
        }
    }

    var tasks = new List<Task<int>>();
    await new AsyncIO.Timeout(TimeSpan.FromSeconds(30)).RunAsync(async timeout =>
        await new AsyncIO.TaskGroup().RunAsync(group =>
        {
            foreach (int page in Enumerable.Range(1, Pages))
            {
                tasks.Add(group.CreateTask(token => Fetch(page, token)));
            }
        }));
    return tasks.Sum(task => task.Result);
}

void Show(string name, Func<int> download)
{
    server.Most = 0;
    var clock = Stopwatch.StartNew();
    int letters = download();
    bool isSlowEnough = clock.Elapsed.TotalSeconds >= (Pages - 1) / (double)PerSecond;
    Console.WriteLine(
        $"{name,-12} {letters} letters, {server.Most} at once, at most {PerSecond} a second: {(isSlowEnough ? "yes" : "no")}");
}

// Returns how long each caller must wait for its turn: a fixed number of turns per second.
internal sealed class Rate(int perSecond)
{
    private readonly TimeSpan _step = TimeSpan.FromSeconds(1) / perSecond;
    private readonly Threading.Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next;

    public TimeSpan Delay()
    {
        using (_lock.EnterScope())
        {
            TimeSpan now = _clock.Elapsed;
            TimeSpan turn = _next > now ? _next : now;
            _next = turn + _step;
            return turn - now;
        }
    }
}

// Answers /N with N letters, after some time, and notes how many requests it has at once.
internal sealed class Server : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Threading.Lock _lock = new();
    private int _open;

    public Server()
    {
        _listener.Start();
        _ = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Most { get; set; }

    public void Dispose() => _listener.Dispose();

    private async Task Serve()
    {
        while (true)
        {
            _ = Answer(await _listener.AcceptTcpClientAsync());
        }
    }

    private async Task Answer(TcpClient connection)
    {
        using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        string path = (await reader.ReadLineAsync())!.Split(' ')[1];
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        using (await _lock.EnterScopeAsync())
        {
            _open++;
            Most = Math.Max(Most, _open);
        }

        await Task.Delay(80);
        using (await _lock.EnterScopeAsync())
        {
            _open--;
        }

        var body = new string('x', int.Parse(path[1..]));
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }
}
