namespace Braid.Fuzz;

/// <summary>Code that takes bytes of a peer.</summary>
internal abstract class Target
{
    public abstract string Name { get; }

    /// <summary>Inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Has the code take the bytes, and throws if what must hold does not.</summary>
    public abstract void Run(byte[] input);

    protected static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
