namespace Braid.Checking.Engine;

/// <summary>A step of a thread: the operation, its target, and its site in the code.</summary>
internal readonly record struct Operation(OperationKind Kind, Resource? Target, int Site)
{
    /// <summary>Whether the order of two steps can matter: they have the same target, and not both only read it.</summary>
    public bool ConflictsWith(in Operation other) =>
        Target is not null && ReferenceEquals(Target, other.Target) && !(Kind == OperationKind.Read && other.Kind == OperationKind.Read);
}
