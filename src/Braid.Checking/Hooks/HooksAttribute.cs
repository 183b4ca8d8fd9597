namespace Braid.Checking.Hooks;

/// <summary>The type whose members the methods of a class replace.</summary>
/// <remarks>
/// <para>
/// A method replaces the member of the same name. For an instance member its first parameter is the object (by reference for a struct);
/// then come the member's own parameters, the controlled thread, and an <see cref="int"/>, the site. <c>New</c> replaces a constructor.
/// Type parameters of the type come before the member's own.
/// </para>
/// <para>
/// It is called only on controlled threads; on others, the program's own instruction runs. A hook without a parameter for the thread is
/// called everywhere.
/// </para>
/// <para>
/// One hook can serve several overloads. If an overload lacks a parameter that has a <see cref="DefaultAttribute"/>, that value is passed.
/// If the hook's parameter type has a static method <c>From</c> for the overload's type, as <see cref="Limit"/> has, that method converts
/// the argument. If an overload returns nothing, the hook's result is dropped. A generic hook serves every overload that it fits. The best
/// fit is the one with the fewest such changes, then with the fewest type parameters.
/// </para>
/// <para>A public member of the type that has neither a hook nor an entry in <see cref="Allowed"/> stops the run that calls it.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class HooksAttribute(Type type) : Attribute
{
    /// <param name="type">
    /// The name of a type that .NET's core keeps to itself, whose members code reaches through accessors of its own. Hooks take and return
    /// its objects as <see cref="object"/>.
    /// </param>
    public HooksAttribute(string type)
        : this(typeof(object).Assembly.GetType(type, throwOnError: true)!)
    {
    }

    public Type Type { get; } = type;

    /// <summary>Members that run unmodified, because they neither wait nor depend on other threads. "*" for all.</summary>
    public string[] Allowed { get; init; } = [];

    /// <summary>
    /// Whether a class's calls of its base class's implementation are not redirected, because the hook would call the class again.
    /// </summary>
    public bool LeavesBaseCalls { get; init; }

    /// <summary>Whether making an object of a class that derives from the type stops the run: no hook would see it.</summary>
    public bool RefusesDerived { get; init; }
}
