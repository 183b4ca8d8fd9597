namespace Braid.Checking.Hooks;

/// <summary>Says which type's members the methods of a class stand in for.</summary>
/// <remarks>
/// <para>
/// A method stands in for the member of the same name: for an instance member its first parameter is the object (by reference for
/// a struct), then come the member's own parameters, then the controlled thread, last an <see cref="int"/>, the place in the code. <c>New</c> stands in for
/// a constructor. Type parameters of the type come before the member's own.
/// </para>
/// <para>
/// It is called only where a controlled thread runs: elsewhere the program's own instruction does what it does. A hook without a parameter for the thread is called everywhere.
/// </para>
/// <para>
/// One hook can serve several overloads: where one lacks a parameter that has a <see cref="DefaultAttribute"/>, that value is passed; where the hook's type has a
/// static method <c>From</c> for what the overload takes, as <see cref="Limit"/> has, that is called; and where an overload returns nothing, what the hook returns is dropped. A generic
/// hook serves every overload that it fits. The one that fits best is preferred: the fewest such changes, then the fewest type parameters.
/// </para>
/// <para>A public member of the type with neither a hook nor a line in <see cref="Allowed"/> stops the run that calls it.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class HooksAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    /// <summary>Members that are called as they are: they neither wait nor depend on other threads. "*" for all.</summary>
    public string[] Allowed { get; init; } = [];

    /// <summary>A class's call of what its base class does is not redirected: the hook would call the class again.</summary>
    public bool LeavesBaseCalls { get; init; }
}
