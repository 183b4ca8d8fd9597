namespace Braid.Checking;

/// <summary>When virtual time passes.</summary>
public enum ClockMode
{
    /// <summary>Only when no thread can go on: a time limit runs out only if nothing else could still happen. The default.</summary>
    Quiescent,

    /// <summary>At any moment: a time limit may run out although what is waited for is about to come.</summary>
    Racing,
}
