namespace Braid.Python;

/// <summary>The name of a class or function of Python. It is only a name: nothing here can call it.</summary>
public sealed class PythonGlobal : IEquatable<PythonGlobal>
{
    /// <summary>Names a class or function.</summary>
    /// <param name="module">The module as Python writes it, for instance <c>collections</c>.</param>
    /// <param name="name">The qualified name in it, for instance <c>Counter</c>.</param>
    public PythonGlobal(string module, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(module);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Module = module;
        Name = name;
    }

    /// <summary>The module.</summary>
    public string Module { get; }

    /// <summary>The qualified name in the module.</summary>
    public string Name { get; }

    /// <summary>The reader for calls of it; null for a name that this program created.</summary>
    internal GlobalReader? Reader { get; init; }

    /// <summary>Whether both name the same class or function.</summary>
    public bool Equals(PythonGlobal? other) => other is not null && other.Module == Module && other.Name == Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PythonGlobal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Module, Name);

    /// <summary>Module and name: <c>collections.Counter</c>.</summary>
    public override string ToString() => $"{Module}.{Name}";
}
