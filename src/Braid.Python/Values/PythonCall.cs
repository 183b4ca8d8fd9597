namespace Braid.Python;

/// <summary>A call by which Python makes a value of its own: <c>fractions.Fraction('1/3')</c>. A writer returns one.</summary>
/// <remarks>Python counterpart: what <c>__reduce__</c> returns.</remarks>
/// <param name="module">The module of the class or function.</param>
/// <param name="name">Its qualified name in the module.</param>
/// <param name="args">Its arguments: plain data, or what a writer is registered for.</param>
public sealed class PythonCall(string module, string name, params object?[] args)
{
    /// <summary>The class or function.</summary>
    public PythonGlobal Callable { get; } = new(module, name);

    /// <summary>The arguments.</summary>
    public IReadOnlyList<object?> Args => Arguments;

    /// <summary>What the new object's <c>__setstate__</c> gets, or a dictionary of its attributes; null for none.</summary>
    public object? State { get; init; }

    /// <summary>Whether Python calls the class's <c>__new__</c> alone, without its <c>__init__</c>.</summary>
    public bool IsNew { get; init; }

    internal object?[] Arguments { get; } = args;
}
