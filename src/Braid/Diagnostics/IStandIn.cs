namespace Braid.Diagnostics;

/// <summary>
/// An object of Braid's own on which a program waits in place of its own objects: figures and events are named after the latter.
/// </summary>
internal interface IStandIn
{
    /// <summary>The type of what the program waits for.</summary>
    Type For { get; }
}
