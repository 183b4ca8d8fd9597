namespace Braid.Multiprocessing;

/// <summary>
/// An object whose state lies in named memory. It travels to another process as the name, by which the receiver attaches to it.
/// </summary>
internal interface INamedShared
{
    string Name { get; }
}

/// <summary>Attaches to such an object by its name.</summary>
/// <typeparam name="TSelf">The type of the object.</typeparam>
internal interface INamedShared<TSelf> : INamedShared
    where TSelf : INamedShared<TSelf>
{
    /// <summary>Attaches to the memory of that name.</summary>
    /// <exception cref="FileNotFoundException">Nothing has that name any more.</exception>
    static abstract TSelf Attach(string name);
}
