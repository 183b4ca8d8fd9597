using System.Buffers;
using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>
/// The life of a worker: it serves its parent on the main thread, instead of running the program's Main, and never returns.
/// </summary>
/// <remarks>
/// Nothing here keeps a dead parent's worker alive: when the parent's end of the death pipe closes, the kernel kills the worker and every
/// program it has started, whatever the worker's threads are doing. Only if the kernel does not support that is it asked to kill the worker
/// when the parent's spawning thread ends. That is not done in every case, because it would end the worker first, and with it the pipe that
/// ends the others.
/// </remarks>
internal static unsafe partial class WorkerMain
{
    private static readonly SegmentCache s_payloads = new();
    private static readonly ReceivedFunction s_mapFunction = new();
    private static Channel s_channel = null!;   // written before the first request
    private static ResponseSender s_sender = null!; // likewise
    private static ItemStream s_items = null!;  // written by Start
    private static bool s_isPoolWorker;
    private static MemoryGuard? s_memory;       // null: no limit
    private static AmbientState? s_ambient;   // written by Start: the thread's state around tasks, as the initializer left it

    /// <summary>This worker's role, its parent's first message; null if this process is not a worker.</summary>
    public static WorkerRole? Role { get; private set; }

    /// <summary>The parent's token and pid.</summary>
    public static (int Token, int Pid) Parent { get; private set; }

    /// <summary>Sends messages to the parent. Null if this process is not a worker.</summary>
    public static ResponseSender? Responses => s_sender;

    public static void Run(string description)
    {
        int[] parts = [.. description.Split(';').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        (int version, int parentPid, int parentToken, int token) = (parts[0], parts[1], parts[2], parts[3]);
        string? sandbox = Environment.GetEnvironmentVariable(WorkerProgram.SandboxVariable);
        if (!OwnProcess.DieWhenClosed(WorkerProgram.DeathDescriptor))
        {
            if (sandbox is not null)
            {
                OwnProcess.ExitNow(1);   // the thread that started it has ended already, so its end would never come
            }

            OwnProcess.DieWithParent();
        }

        if (Descriptors.IsHungUp(WorkerProgram.DeathDescriptor) || OwnProcess.ParentPid != parentPid)
        {
            // the parent died before the kernel was asked to watch it; its descriptors are closed before its children get another parent
            OwnProcess.ExitNow(1);
        }

        if (version != WorkerProgram.ProtocolVersion)
        {
            RefuseVersion(version);
        }

        WorkerProgram.RestoreEnvironment();
        ReadOnlySpan<int> descriptors =
            [WorkerProgram.ChannelDescriptor, WorkerProgram.ProcessTableDescriptor, WorkerProgram.DeathDescriptor];
        foreach (int descriptor in descriptors)
        {
            Descriptors.CloseWhenExecuting(descriptor);
        }

        if (sandbox is not null)
        {
            CloseFence(sandbox);
        }

        OwnProcess.SetName("Braid spare");   // until it is taken
        OwnProcess.ActByDefault(Signals.Terminate);
        OwnProcess.Ignore(Signals.Interrupt);   // Ctrl-C in a terminal is the parent's to handle
        ProcessTable.Join(WorkerProgram.ProcessTableDescriptor, token);
        Parent = (parentToken, parentPid);
        s_channel = Channel.Inherit(WorkerProgram.ChannelDescriptor, parentToken);
        s_sender = new ResponseSender(s_channel);
        Quarantine.OnServing();
        KillPoint.Reach(KillPoint.Hello);
        Printing.Watch();
        s_sender.Send(FrameKind.Hello, 0);
        if (!s_channel.Requests.HasMessage)
        {
            TryWarmUp();
        }

        Serve();
    }

    private static void TryWarmUp()
    {
        try
        {
            WarmUp();
        }
        catch (Exception)
        {
            // Whatever fails here fails again when it is needed, and is reported then.
        }
    }

    /// <summary>Does once what a first task needs, so that its code is already compiled when the task arrives.</summary>
    private static void WarmUp()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Payload.Write(
            new PayloadWriter(buffer),
            new WorkerRole("", "", "", Daemon: false, IsPoolWorker: true, PrintsFailures: false, Nice: null, Initializer: null));
        int birthBytes = buffer.WrittenCount;
        int number = 0;
        string text = "";
        Action closure = () => number += text.Length;   // with captured variables, as most tasks have
        Payload.Write<Delegate>(new PayloadWriter(buffer), closure);
        fixed (byte* written = buffer.WrittenSpan)
        {
            var role = new PayloadReader(written, birthBytes);
            _ = Payload.Read<WorkerRole>(ref role);
            var task = new PayloadReader(written + birthBytes, buffer.WrittenCount - birthBytes);
            Delegate function = Payload.Read<Delegate>(ref task);
            TaskRunner.For(function.GetType()).Run(function)(new PayloadWriter(buffer));
        }
    }

    private static void Serve()
    {
        while (true)
        {
            RingFrame message = NextRequest();
            if (Interlocked.CompareExchange(ref message.Message->Claim, 1, 0) != 0)   // pairs with the one in Worker.TryTakeBack
            {
                Consume(message);   // the parent has taken it back
                continue;
            }

            int kind = message.Kind & FrameKind.KindMask;
            long id = message.Id;
            if (kind == FrameKind.Task)
            {
                KillPoint.Reach(KillPoint.Claimed);
            }

            switch (kind)
            {
                case FrameKind.Start:
                    Quarantine.OnTaskBegun();
                    Start(message);
                    Quarantine.OnTaskEnded();
                    break;
                case FrameKind.Task:
                    Quarantine.OnTaskBegun();
                    RunTask(message, id);
                    s_ambient?.Restore();   // the next task sees no change that this one made to the thread
                    Quarantine.OnTaskEnded();
                    break;
                case FrameKind.Exit:
                    Leave(0);
                    break;
                default:
                    throw new InvalidDataException($"A request of unknown kind {kind} came from process {Parent.Pid}.");
            }
        }
    }

    /// <summary>
    /// A separate method, as is everything here that uses the console: compiling it loads the console's assembly, which
    /// <see cref="Printing"/> takes for a sign of output.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RefuseVersion(int version)
    {
        Console.Error.WriteLine(
            $"The parent speaks version {version} of Braid's protocol, this worker {WorkerProgram.ProtocolVersion}: they run different " +
            "builds.");
        OwnProcess.ExitNow(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see RefuseVersion
    private static void CloseFence(string description)
    {
        try
        {
            WorkerFence.Close(description);
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine($"This process cannot close its sandbox: {exception.Message}");
            OwnProcess.ExitNow(1);
        }
    }

    /// <summary>Returns the room of a request to the parent, and that of its bytes.</summary>
    private static void Consume(RingFrame message)
    {
        if ((message.Kind & FrameKind.InLargeRing) != 0 && s_channel.LargeRequests!.TryPeek(out RingFrame large))
        {
            s_channel.LargeRequests.Consume(large);
        }

        s_channel.Requests.Consume(message);
    }

    private static RingFrame NextRequest()
    {
        while (true)
        {
            bool isThere = s_channel.Requests.TryPeek(out RingFrame message);
            for (int turn = 0; !isThere && turn < Spinning.SharedTurns; turn++)
            {
                Spinning.Pause();
                isThere = s_channel.Requests.TryPeek(out message);
            }

            if (isThere)
            {
                return message;
            }

            s_channel.WorkerBell.Sleep(static () => s_channel.Requests.HasMessage, Timeout.Infinite);
        }
    }

    private static void Start(RingFrame message)
    {
        Exception? failure = null;
        try
        {
            WorkerRole role = Read<WorkerRole>(message);
            Role = role;
            OwnProcess.SetName(role.Name);
            s_isPoolWorker = role.IsPoolWorker;
            s_items = new ItemStream(s_channel);
            s_memory = role.MemoryLimit is long limit ? new MemoryGuard(limit) : null;
            if (role.Nice is int nice && !OwnProcess.SetNice(nice))
            {
                throw new InvalidOperationException(
                    $"The system refuses a nice value of {nice}; only privileged processes may go below their parent's.");
            }

            KillPoint.Reach(KillPoint.Initializer);
            role.Initializer?.Invoke();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is not null)
        {
            PrintUnlessAwaited(failure);
            s_sender.Fail(FrameKind.Failure, 0, failure);
            Leave(1);
        }

        s_ambient = AmbientState.OfCaller();
        s_sender.Send(FrameKind.Ready, 0);
    }

    /// <summary>Prints a failure if no future in the parent receives it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]   // see RefuseVersion
    private static void PrintUnlessAwaited(Exception failure)
    {
        if (Role is { PrintsFailures: true } or null)
        {
            Console.Error.WriteLine($"Process {Role?.Name}:\n{SafeText.DescriptionOf(failure)}");
        }
    }

    /// <summary>Begins no more tasks: the parent takes back the requests that lie here, and says when to leave.</summary>
    private static void LeaveWhenTold()
    {
        while (true)
        {
            RingFrame message = NextRequest();
            if ((message.Kind & FrameKind.KindMask) == FrameKind.Exit)
            {
                Leave(0);
            }
            else if (Volatile.Read(ref message.Message->Claim) != 0)   // taken back by the parent; this worker claims nothing any more
            {
                Consume(message);
            }
            else
            {
                s_channel.WorkerBell.Sleep(static () => false, milliseconds: 1);   // a request is taken back without a wake
            }
        }
    }

    private static void EndUnlessPool(int exitCode)
    {
        if (!s_isPoolWorker)
        {
            Leave(exitCode);
        }
    }

    /// <summary>Waits for the non-daemon threads, runs the exit handlers, and exits.</summary>
    private static void Leave(int exitCode)
    {
        KillPoint.Reach(KillPoint.Leaving);
        while (Threading.Thread.Enumerate().FirstOrDefault(
            static thread => !thread.Daemon && !thread.IsForeign && thread != Threading.Thread.Current) is { } thread)
        {
            thread.Join();
        }

        s_sender.WaitUntilCarriedIsOpened();
        Environment.Exit(exitCode);
    }
}
