namespace Braid.Multiprocessing;

/// <summary>Writes what workers print to where this process prints. A thread of its own, since a terminal or a pipe may block it.</summary>
internal static class Echo
{
    private const int MaxLines = 10_000;   // beyond, the monitor stops reading, and the workers' prints block, as they would on a full pipe

    private static readonly Queues.Queue<(Action<string, bool> To, string Line, bool IsError)> s_lines = new(MaxLines);
    private static readonly Lazy<Threading.Thread> s_thread = new(StartThread);

    /// <summary>Whether there is room for more.</summary>
    public static bool HasRoom => s_lines.Qsize < MaxLines / 2;

    /// <summary>To this process's own standard output and error.</summary>
    public static void ToConsole(string line, bool isError) => (isError ? Console.Error : Console.Out).WriteLine(line);

    public static void Write(Action<string, bool> to, string line, bool isError)
    {
        _ = s_thread.Value;
        _ = s_lines.TryPut((to, line, isError));   // fails only for the rest of a dead worker's output that comes when nobody reads ours
    }

    /// <summary>Blocks until all lines so far are written, or the time is up.</summary>
    public static void Flush(TimeSpan timeout)
    {
        if (s_thread.IsValueCreated)
        {
            s_lines.TryJoin(timeout);
        }
    }

    private static Threading.Thread StartThread()
    {
        var thread = new Threading.Thread(
            static () =>
            {
                while (true)
                {
                    (Action<string, bool> to, string line, bool isError) = s_lines.Get();
                    try
                    {
                        to(line, isError);
                    }
                    catch (Exception exception) when (exception is IOException or ObjectDisposedException)
                    {
                        // Our own output is gone; there is nowhere to say so, and the workers' work goes on.
                    }
                    catch (Exception exception)
                    {
                        Console.Error.WriteLine($"A handler for the output of workers failed on the line \"{line}\": {exception}");
                    }

                    s_lines.TaskDone();
                }
            },
            name: "Braid output",
            daemon: true);
        thread.Start();
        return thread;
    }
}
