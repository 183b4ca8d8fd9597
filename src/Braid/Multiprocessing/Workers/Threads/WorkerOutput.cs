namespace Braid.Multiprocessing;

/// <summary>Writes the workers' output to this process's own. Has a thread of its own, since a terminal or a pipe may block it.</summary>
internal static class WorkerOutput
{
    // above this, the monitor stops reading, and the workers' prints block, as they would on a full pipe
    private const long MaxCharacters = 4 << 20;
    private const int LineCost = 64;            // what a line costs apart from its characters

    private static readonly Lines s_lines = new();
    private static readonly ServiceThread s_thread = new("Braid output", WriteLines, ServiceThread.UserStackBytes);

    private static long s_characters;   // by Interlocked: characters in the queue

    // Orders: a line is counted in s_characters before it is enqueued and uncounted once it is written: the count is never too low, so 0
    // means that everything is written.

    /// <summary>Whether there is room for more. What has been read from the pipes is always accepted.</summary>
    public static bool HasRoom => Volatile.Read(ref s_characters) < MaxCharacters;

    /// <summary>Whether nothing waits to be written.</summary>
    internal static bool IsWritten => Volatile.Read(ref s_characters) == 0;

    /// <summary>Writes to this process's own standard output and error.</summary>
    public static void ToConsole(string line, bool isError) => (isError ? Console.Error : Console.Out).WriteLine(line);

    public static void Write(Action<string, bool> to, string line, bool isError)
    {
        Interlocked.Add(ref s_characters, line.Length + LineCost);
        s_lines.Put((to, line, isError));
        _ = s_thread.TryEnsureStarted();   // if the system refuses, the next line tries again
    }

    /// <summary>Blocks until all lines so far are written, or the time is up.</summary>
    public static void Flush(TimeSpan timeout)
    {
        if (s_thread.IsStarted)
        {
            s_lines.TryJoin(timeout);
        }
    }

    private static void WriteLines()
    {
        while (true)
        {
            WriteNext();
        }
    }

    /// <summary>A separate method, so that no local keeps the last handler alive while the thread waits for the next line.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteNext()
    {
        (Action<string, bool> to, string line, bool isError) = s_lines.Get();
        try
        {
            FaultPoint.Reach("Braid output");
            to(line, isError);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Our own output is gone; there is nowhere to report it, and the workers' work goes on.
        }
        catch (Exception exception)
        {
            ServiceThread.Report($"A handler for the output of workers failed on the line \"{line}\"", exception);
        }
        finally
        {
            Interlocked.Add(ref s_characters, -(line.Length + LineCost));
            s_lines.TaskDone();
        }
    }

    private sealed class Lines : Queues.Queue<(Action<string, bool> To, string Line, bool IsError)>, IInternal;
}
