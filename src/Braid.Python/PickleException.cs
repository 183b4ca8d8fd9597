namespace Braid.Python;

/// <summary>A value cannot be pickled, or a pickle cannot be read. The message says which value, type or global, and why.</summary>
/// <remarks>Python counterpart: <c>pickle.PickleError</c> with <c>PicklingError</c> and <c>UnpicklingError</c>.</remarks>
public sealed class PickleException : Exception
{
    internal PickleException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// The class or function that the pickle names although no reader is registered for it; null if it was refused for another reason.
    /// </summary>
    public PythonGlobal? Global { get; private init; }

    internal static PickleException Unknown(string module, string name) => new(
        $"The pickle names {module}.{name}, which is not plain data. If its values may be read, register a reader: " +
        $"options.AddReader(\"{module}\", \"{name}\", ...).")
    {
        Global = new PythonGlobal(module, name),
    };

    internal static PickleException Damaged(string what, long position) =>
        new($"This is no pickle, or a damaged one: {what} (at byte {position}).");

    /// <summary>A known global was called with arguments that Python never passes.</summary>
    internal static PickleException Arguments(string global, string expected) =>
        new($"The pickle calls {global} with other arguments than Python writes: expected {expected}.");

    internal static PickleException Limit(string option, long limit, string what) =>
        new($"{what}: more than {limit:n0} ({nameof(PickleOptions)}.{option}).");
}
