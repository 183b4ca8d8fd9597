namespace Braid.Checking.Engine;

/// <summary>An object on which threads wait until another thread signals it.</summary>
internal interface ISignal
{
    /// <summary>
    /// The last signal that woke no thread and was not kept; null if there is none, and where signals are kept until a thread takes them.
    /// </summary>
    LostSignal? Lost { get; }

    /// <summary>The tick of the last signal, whether it woke a thread or not; 0 if there was none.</summary>
    int LastSignal => 0;

    /// <summary>Whether threads wait here for an event, and not for their turn, as at a lock.</summary>
    bool SignalsEvent => true;
}
