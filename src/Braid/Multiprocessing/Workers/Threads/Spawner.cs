using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The one thread that starts processes. It never ends.</summary>
/// <remarks>
/// If the kernel kills a child because the <em>thread</em> that started it has ended, children must not be started by threads that come and
/// go. The processors that a child may use are also inherited from that thread, which sets them just before the start.
/// </remarks>
internal static class Spawner
{
    private const string Name = "Braid spawner";
    private const int RaisedAbove = 300;   // higher than any descriptor a worker is born with

    private static readonly Queues.SimpleQueue<Order> s_orders = new();
    private static readonly ServiceThread s_thread = new(Name, TakeOrders);

    /// <summary>How many orders wait behind the running one. For tests.</summary>
    public static int OrderCount => s_orders.Qsize;

    /// <summary>Posts an order that starts processes to the spawner's thread.</summary>
    /// <param name="order">The order.</param>
    /// <param name="fail">
    /// Gets the exception that the order throws, or that reports that the system refuses the thread; must not throw.
    /// </param>
    public static void Post(Action order, Action<Exception> fail)
    {
        try
        {
            s_thread.EnsureStarted();
        }
        catch (OutOfMemoryException exception)
        {
            fail(exception);
            return;
        }

        s_orders.Put(new Order(order, fail));
    }

    /// <summary>Starts a worker. Blocks for a fraction of a millisecond.</summary>
    /// <param name="channel">The channel between this process and the worker.</param>
    /// <param name="table">The process table that it joins: this process's, or one of its own.</param>
    /// <param name="token">Its token.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="processors">The processors it may use; null for all that this process may.</param>
    /// <param name="fence">What starts it inside its sandbox; null if it has none.</param>
    /// <exception cref="WorkerStartException">The system refuses.</exception>
    public static SpawnedProcess Start(
        Channel channel,
        ProcessTable table,
        int token,
        IReadOnlyList<string> environment,
        IReadOnlyList<int>? processors,
        FencedThread? fence)
    {
        IReadOnlyList<string> command = WorkerProgram.CommandLine;
        SpawnedProcess process = s_thread.IsCurrent
            ? StartHere(command, channel, table, environment, processors, fence)
            : StartThere(() => StartHere(command, channel, table, environment, processors, fence));
        ProcessTable.Current.Name(token, process.Pid);
        return process;
    }

    private static SpawnedProcess StartThere(Func<SpawnedProcess> start)
    {
        var started = new Futures.Future<SpawnedProcess>();
        Post(() => started.SetResult(start()), started.SetException);
        return started.Result();
    }

    private static SpawnedProcess StartHere(
        IReadOnlyList<string> command,
        Channel channel,
        ProcessTable table,
        IReadOnlyList<string> environment,
        IReadOnlyList<int>? processors,
        FencedThread? fence)
    {
        OwnProcess.KeepEndedChildren();
        var opened = new List<int>();
        try
        {
            (int outputRead, int outputWrite) = NewPipe(opened);
            (int errorRead, int errorWrite) = NewPipe(opened);
            (int deathRead, int deathWrite) = NewPipe(opened);
            int channelCopy = Descriptors.Raise(channel.Segment.Descriptor, RaisedAbove);
            opened.Add(channelCopy);
            int tableCopy = Descriptors.Raise(table.Segment.Descriptor, RaisedAbove);
            opened.Add(tableCopy);
            using ProcessorChoice? choice = processors is null ? null : new ProcessorChoice(processors);
            int pid = PosixSpawn.Start(
                command[0],
                command,
                environment,
                [
                    (outputWrite, 1),
                    (errorWrite, 2),
                    (channelCopy, WorkerProgram.ChannelDescriptor),
                    (tableCopy, WorkerProgram.ProcessTableDescriptor),
                    (deathRead, WorkerProgram.DeathDescriptor),
                ],
                fence,
                out int error);
            if (pid == 0)
            {
                throw new WorkerStartException(
                    $"The system refuses to start {command[0]} as a worker: {Errno.Text(error)}." +
                    (WorkerFence.IsHere ? " This process is in a sandbox, where Braid starts no processes." : ""));
            }

            opened.RemoveAll(descriptor => descriptor == outputRead || descriptor == errorRead || descriptor == deathWrite);
            Descriptors.NeverBlock(outputRead);
            Descriptors.NeverBlock(errorRead);
            return new SpawnedProcess(pid, ChildStatus.Open(pid), outputRead, errorRead, deathWrite);
        }
        catch (Exception exception) when (exception is IOException or OutOfMemoryException)
        {
            throw new WorkerStartException($"A worker cannot be started: {exception.Message}", exception);
        }
        finally
        {
            opened.ForEach(Descriptors.Close);
        }
    }

    /// <summary>A pipe whose descriptors no worker is born with.</summary>
    private static (int Read, int Write) NewPipe(List<int> opened)
    {
        (int read, int write) = Descriptors.Pipe();
        try
        {
            int raisedRead = Descriptors.Raise(read, RaisedAbove);
            opened.Add(raisedRead);
            int raisedWrite = Descriptors.Raise(write, RaisedAbove);
            opened.Add(raisedWrite);
            return (raisedRead, raisedWrite);
        }
        finally
        {
            Descriptors.Close(read);
            Descriptors.Close(write);
        }
    }

    private static void TakeOrders()
    {
        while (true)
        {
            TakeNext();
        }
    }

    /// <summary>A separate method, so that no local keeps the last order alive while the thread waits for the next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeNext()
    {
        Order order = s_orders.Get();
        try
        {
            FaultPoint.Reach(Name);
            order.Do();
        }
        catch (Exception exception)
        {
            order.Fail(exception);
        }
    }

    /// <summary>An order, and what to do if it throws.</summary>
    private readonly record struct Order(Action Do, Action<Exception> Fail);
}

/// <summary>A started process, and this process's ends of its pipes.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="PidDescriptor">Readable once it has ended; -1 if the system does not support it.</param>
/// <param name="Output">The read end of its standard output.</param>
/// <param name="Error">The read end of its standard error.</param>
/// <param name="Death">The write end of its death pipe: when it is closed, the kernel kills the process.</param>
internal readonly record struct SpawnedProcess(int Pid, int PidDescriptor, int Output, int Error, int Death);

/// <summary>Restricts the calling thread, and whatever it starts, to some processors until disposed.</summary>
internal sealed unsafe partial class ProcessorChoice : IDisposable
{
    private const int MaskBytes = 128;   // 1024 processors

    private readonly byte[] _before = new byte[MaskBytes];

    /// <exception cref="WorkerStartException">The system has none of them for this process.</exception>
    public ProcessorChoice(IReadOnlyList<int> processors)
    {
        byte[] mask = new byte[MaskBytes];
        foreach (int processor in processors)
        {
            mask[processor / 8] |= (byte)(1 << (processor % 8));
        }

        fixed (byte* before = _before, wanted = mask)
        {
            _ = Get(0, MaskBytes, before);
            if (Set(0, MaskBytes, wanted) != 0)
            {
                throw new WorkerStartException(
                    $"A worker cannot be restricted to the processors {string.Join(", ", processors)}: {Errno.LastText()}. This process " +
                    $"may use {Environment.ProcessorCount} of them.");
            }
        }
    }

    public void Dispose()
    {
        fixed (byte* before = _before)
        {
            _ = Set(0, MaskBytes, before);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int Get(int thread, nuint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int Set(int thread, nuint bytes, byte* mask);
}
