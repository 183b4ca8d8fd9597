namespace Braid.Checking.Engine;

/// <summary>Something that threads wait for to be woken by others.</summary>
internal interface ISignal
{
    /// <summary>The last signal that woke nobody and left no trace. Null also where signals are kept until they are taken.</summary>
    LostSignal? Lost { get; }

    /// <summary>When the last signal was given, whether it woke somebody or not; 0 if none was.</summary>
    int LastSignal => 0;

    /// <summary>Threads wait here for news, not for their turn as at a lock.</summary>
    bool BringsNews => true;
}
