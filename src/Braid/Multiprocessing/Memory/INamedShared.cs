namespace Braid.Multiprocessing;

/// <summary>An object whose state lives in memory that has a name. To another process travels the name; there the object is attached.</summary>
internal interface INamedShared
{
    string Name { get; }
}

/// <summary>How such an object is attached by its name.</summary>
/// <typeparam name="TSelf">The type of the object.</typeparam>
internal interface INamedShared<TSelf> : INamedShared
    where TSelf : INamedShared<TSelf>
{
    /// <summary>Attaches to the memory of that name.</summary>
    /// <exception cref="FileNotFoundException">Nothing has that name any more.</exception>
    static abstract TSelf Attach(string name);
}
