namespace Braid.Checking;

/// <summary>When virtual time advances.</summary>
public enum ClockMode
{
    /// <summary>Only when no thread can continue: a timeout expires only if nothing else could still happen. The default.</summary>
    Quiescent,

    /// <summary>At any moment: a timeout may expire although the event that the thread waits for is about to happen.</summary>
    Racing,
}
