namespace Braid.Soundness;

/// <summary>What one thread of a program does.</summary>
/// <param name="Role">How it comes to run.</param>
/// <param name="Ops">One after the other.</param>
internal sealed record ThreadPlan(ThreadRole Role, IReadOnlyList<Op> Ops)
{
    /// <summary>The thread catches nothing: an exception ends the program.</summary>
    public bool IsBare { get; init; }

    /// <summary>For a callback and a delay: the timer or the source that it belongs to.</summary>
    public int Owner { get; init; } = -1;
}

/// <summary>How a thread comes to run.</summary>
internal enum ThreadRole
{
    /// <summary>The body.</summary>
    Main,

    /// <summary>Made with <c>new Thread</c>.</summary>
    Thread,

    /// <summary>The callback of a timer.</summary>
    Callback,

    /// <summary>What CancelAfter has .NET do: no code of the program.</summary>
    Delay,
}
