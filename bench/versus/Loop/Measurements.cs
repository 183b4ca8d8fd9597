using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Versus;
using static Versus.Figures;

namespace Loop;

/// <summary>Each piece of work in Braid's event loop, and as plain tasks. Figures are the medians of the rounds, in turn.</summary>
internal static class Measurements
{
    private const int Callbacks = 1_000_000;
    private const int Switches = 1_000_000;
    private const int SwitchingTasks = 100;
    private const int Tasks = 200_000;
    private const int Pairs = 5_000;            // of tasks: a client and its echo
    private const int Messages = 20;            // of each pair
    private const int Connections = 100;
    private const int Exchanges = 200;          // of each connection

    public static List<(Row Loop, double Tasks)> All(int rounds) =>
    [
        Compare("CallSoon and run", rounds, "callbacks/s", () => InLoop(Callbacks, CallSoon), () => OnPool(Callbacks, QueueWorkItems)),
        Compare("task switch (await Task.Yield)", rounds, "switches/s", () => InLoop(Switches, Switch), () => OnPool(Switches, Switch)),
        Compare("task made, run and awaited", rounds, "tasks/s", () => InLoop(Tasks, CreateTasks), () => OnPool(Tasks, RunTasks)),
        Compare("echo, 10,000 tasks, queues", rounds, "messages/s", () => InLoop(Pairs * Messages, EchoByQueue), () => OnPool(Pairs * Messages, EchoByChannel)),
        Compare("echo, 100 TCP connections", rounds, "messages/s", () => InLoop(Connections * Exchanges, EchoBySocket), () => OnPool(Connections * Exchanges, EchoBySocket)),
    ];

    private static (Row, double) Compare(string name, int rounds, string unit, Func<double> loop, Func<double> tasks)
    {
        loop();
        tasks();
        var others = new List<double>();
        double mine = Median(rounds, () =>
        {
            others.Add(tasks());
            return loop();
        });
        int round = 0;
        return (new Row(name, mine, unit, name, MoreIsBetter: true), Median(rounds, () => others[round++]));
    }

    private static double InLoop(int count, Func<Task> work) => AsyncIO.EventLoop.Run(() => Rate(count, work));

    private static double OnPool(int count, Func<Task> work) => Task.Run(() => Rate(count, work)).GetAwaiter().GetResult();

    private static async Task<double> Rate(int count, Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Callbacks that each call the next, many in turn.</summary>
    private static Task CallSoon()
    {
        var loop = AsyncIO.EventLoop.Running;
        var done = new TaskCompletionSource();
        int left = Callbacks;
        Action callback = null!;
        callback = () =>
        {
            if (--left > 0)
            {
                loop.CallSoon(callback);
            }
            else if (left == 0)
            {
                done.SetResult();
            }
        };
        for (int i = 0; i < SwitchingTasks; i++)
        {
            loop.CallSoon(callback);
        }

        return done.Task;
    }

    private static Task QueueWorkItems()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = Callbacks;
        Action callback = null!;
        callback = () =>
        {
            int now = Interlocked.Decrement(ref left);
            if (now > 0)
            {
                _ = Task.Run(callback);
            }
            else if (now == 0)
            {
                done.SetResult();
            }
        };
        for (int i = 0; i < SwitchingTasks; i++)
        {
            _ = Task.Run(callback);
        }

        return done.Task;
    }

    private static Task Switch()
    {
        return Task.WhenAll(Enumerable.Range(0, SwitchingTasks).Select(_ => Run()));

        static async Task Run()
        {
            for (int i = 0; i < Switches / SwitchingTasks; i++)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task CreateTasks()
    {
        var loop = AsyncIO.EventLoop.Running;
        for (int i = 0; i < Tasks; i++)
        {
            await loop.CreateTask(static _ => Task.CompletedTask);
        }
    }

    private static async Task RunTasks()
    {
        for (int i = 0; i < Tasks; i++)
        {
            await Task.Run(static () => Task.CompletedTask);
        }
    }

    private static Task EchoByQueue()
    {
        return Task.WhenAll(Enumerable.Range(0, Pairs).SelectMany(static _ =>
        {
            var there = new Queues.Queue<int>();
            var back = new Queues.Queue<int>();
            return new[] { Client(there, back), Echo(there, back) };
        }));

        static async Task Client(Queues.Queue<int> there, Queues.Queue<int> back)
        {
            for (int i = 0; i < Messages; i++)
            {
                there.PutNowait(i);
                await back.GetAsync();
            }
        }

        static async Task Echo(Queues.Queue<int> there, Queues.Queue<int> back)
        {
            for (int i = 0; i < Messages; i++)
            {
                back.PutNowait(await there.GetAsync());
            }
        }
    }

    private static Task EchoByChannel()
    {
        return Task.WhenAll(Enumerable.Range(0, Pairs).SelectMany(static _ =>
        {
            var there = Channel.CreateUnbounded<int>();
            var back = Channel.CreateUnbounded<int>();
            return new[] { Task.Run(() => Client(there, back)), Task.Run(() => Echo(there, back)) };
        }));

        static async Task Client(Channel<int> there, Channel<int> back)
        {
            for (int i = 0; i < Messages; i++)
            {
                there.Writer.TryWrite(i);
                await back.Reader.ReadAsync();
            }
        }

        static async Task Echo(Channel<int> there, Channel<int> back)
        {
            for (int i = 0; i < Messages; i++)
            {
                back.Writer.TryWrite(await there.Reader.ReadAsync());
            }
        }
    }

    private static async Task EchoBySocket()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Connections);
        Task server = Serve(listener);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Call(listener.LocalEndPoint!)));
        await server;

        static async Task Serve(Socket listener)
        {
            var echoes = new List<Task>();
            for (int i = 0; i < Connections; i++)
            {
                echoes.Add(Echo(await listener.AcceptAsync()));
            }

            await Task.WhenAll(echoes);
        }

        static async Task Echo(Socket socket)
        {
            using (socket)
            {
                byte[] buffer = new byte[64];
                for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
                {
                    await socket.SendAsync(buffer.AsMemory(0, read));
                }
            }
        }

        static async Task Call(EndPoint server)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server);
            byte[] buffer = new byte[64];
            for (int i = 0; i < Exchanges; i++)
            {
                await socket.SendAsync(buffer);
                for (int read = 0; read < buffer.Length;)
                {
                    read += await socket.ReceiveAsync(buffer.AsMemory(read));
                }
            }
        }
    }
}
