namespace Braid.Diagnostics;

/// <summary>Something of Braid's own that a program waits for in the place of objects of its own: figures and events are named after those.</summary>
internal interface IStandIn
{
    /// <summary>The type of what the program waits for.</summary>
    Type For { get; }
}
