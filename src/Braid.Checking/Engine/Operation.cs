namespace Braid.Checking.Engine;

/// <summary>A step that a thread has announced and not yet done: what, on which object, and where in the code.</summary>
internal readonly record struct Operation(OperationKind Kind, Resource? Target, int Site)
{
    /// <summary>Whether the order of two steps can matter: same object, and not both only look at it.</summary>
    public bool ConflictsWith(in Operation other) =>
        Target is not null && ReferenceEquals(Target, other.Target) && !(Kind == OperationKind.Read && other.Kind == OperationKind.Read);
}
