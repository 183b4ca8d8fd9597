namespace Braid.Checking.Hooks;

/// <summary>Says which type's members the methods of a class stand in for.</summary>
/// <remarks>
/// A method stands in for the member of the same name: for an instance member its first parameter is the object (by reference for
/// a struct), then the member's own parameters, last an <see cref="int"/>, the place in the code. <c>New</c> stands in for a constructor. Type
/// parameters of the type come before the member's own. A generic hook serves every overload that it fits; an exact one is preferred.
/// A public member of the type with neither a hook nor a line in <see cref="Allowed"/> stops the run that calls it.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HooksAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    /// <summary>Members that are called as they are: they neither wait nor depend on other threads. "*" for all.</summary>
    public string[] Allowed { get; init; } = [];

    /// <summary>A class's call of what its base class does is not redirected: the hook would call the class again.</summary>
    public bool LeavesBaseCalls { get; init; }
}
