namespace Braid.Multiprocessing;

/// <summary>
/// Places at which a test may have the process killed: one beside each line after which other processes see an unfinished change. Not in
/// release builds.
/// </summary>
/// <remarks>
/// The environment names a place and a file, "place:path". The worker that reaches the place and can remove the file dies, so exactly one
/// worker does. Alternatively, a process arms itself and dies when it reaches the place for the given time.
/// </remarks>
internal static class KillPoint
{
    public const string Variable = "BRAID_TEST_KILL_POINT";

    // A worker's life.
    public const string Hello = "hello";
    public const string Claimed = "claimed";
    public const string Initializer = "initializer";
    public const string Running = "running";
    public const string BeforeTheResult = "before the result";
    public const string InTheResult = "in the result";
    public const string AfterTheResult = "after the result";
    public const string Leaving = "leaving";

    // A worker's messages to its parent.
    public const string FrameWritten = "frame written";
    public const string FrameCommitted = "frame committed";
    public const string BellRung = "bell rung";

    // Gates and the state they guard.
    public const string GateEntered = "gate entered";
    public const string GateLogging = "gate logging";
    public const string GateLogged = "gate logged";
    public const string GateChanged = "gate changed";
    public const string GateUndoing = "gate undoing";
    public const string GateCommitted = "gate committed";
    public const string GateLeft = "gate left";
    public const string PlaceGranted = "place granted";
    public const string PartyReleased = "party released";
    public const string PermitsGiven = "permits given";

    // Locks and events.
    public const string LockTaken = "lock taken";
    public const string LockReleased = "lock released";
    public const string EventSet = "event set";
    public const string WaitAnnounced = "wait announced";

    // Message rings.
    public const string MessageWritten = "message written";
    public const string CursorWritten = "cursor written";
    public const string MessagePut = "message put";
    public const string MessageCopied = "message copied";
    public const string MessageGot = "message got";
    public const string TaskDeclared = "task declared done";
    public const string WaitCounted = "wait counted";
    public const string WaitDiscounted = "wait discounted";

    // Ends of pipes, and the table of processes.
    public const string EndSlotTaken = "end's slot taken";
    public const string TransitPlaced = "transit placed";
    public const string TransitBegun = "transit begun";
    public const string TransitClaimed = "transit claimed";
    public const string EndHeld = "end held";
    public const string SlotTaken = "slot taken";
    public const string SlotListed = "slot listed";

    private static readonly string[] s_chosen = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', 2);

    private static string? s_place = s_chosen is [var place, _] ? place : null;   // written by Arm, when this process is to die
    private static string? s_file = s_chosen is [_, var file] ? file : null;      // with the place
    private static int s_left;   // how many more times the place may be reached; by Interlocked

    /// <summary>The places that every process with shared objects can reach.</summary>
    public static IReadOnlyList<string> OfSharedThings { get; } =
    [
        GateEntered, GateLogging, GateLogged, GateChanged, GateCommitted, GateLeft, PlaceGranted, PartyReleased, PermitsGiven,
        LockTaken, LockReleased, EventSet, WaitAnnounced,
        MessageWritten, CursorWritten, MessagePut, MessageCopied, MessageGot, TaskDeclared, WaitCounted, WaitDiscounted,
        EndSlotTaken, TransitPlaced, TransitBegun, TransitClaimed, EndHeld,
    ];

    /// <summary>The places that a worker of a pool reaches.</summary>
    public static IReadOnlyList<string> OfWorkers { get; } =
        [Claimed, Running, BeforeTheResult, InTheResult, AfterTheResult, Leaving, FrameWritten, FrameCommitted, BellRung];

    /// <summary>Has this process killed when it reaches a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="time">At which visit: 1 is the first.</param>
    [Conditional("DEBUG")]
    public static void Arm(string place, int time = 1)
    {
        s_file = null;
        s_left = time;
        Volatile.Write(ref s_place, place);   // after the fields that belong to it; pairs with the read in Reach
    }

    [Conditional("DEBUG")]
    public static void Reach(string place)
    {
        if (Volatile.Read(ref s_place) == place && IsTime())   // pairs with the write in Arm
        {
            ChildStatus.Send(Environment.ProcessId, descriptor: -1, Signals.Kill);
            OwnProcess.AwaitKill();
        }
    }

    private static bool IsTime()
    {
        if (s_file is not { } file)
        {
            return Interlocked.Decrement(ref s_left) == 0;   // each thread that gets here counts once
        }

        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            string taken = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}.{Environment.ProcessId}");
            File.Move(file, taken);   // by one process only
            File.Delete(taken);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
