using Braid.Threading;

namespace Braid.Python;

/// <summary>Exceptions of Python as Braid's own types throw them for the same mistakes.</summary>
internal static class Translated
{
    /// <summary>The exception to throw in its place.</summary>
    public static Exception Of(PythonException exception) => (exception.Type.Module, exception.Type.Name) switch
    {
        ("builtins", "KeyError") => new KeyNotFoundException($"The dictionary has no such key: {exception.Message}", exception),
        ("builtins", "IndexError") => new ArgumentOutOfRangeException($"The index is out of range: {exception.Message}", exception),
        ("builtins", "RuntimeError" or "AssertionError") => new SynchronizationLockException(exception.Message, exception),
        ("threading", "BrokenBarrierError") => new BrokenBarrierException(exception.Message, exception),
        _ => exception,
    };
}
