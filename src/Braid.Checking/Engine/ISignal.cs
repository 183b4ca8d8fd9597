namespace Braid.Checking.Engine;

/// <summary>Something that threads wait for to be woken by others, and whose signals can get lost.</summary>
internal interface ISignal
{
    /// <summary>The last signal that woke nobody and left no trace.</summary>
    LostSignal? Lost { get; }
}
