using Braid.Queues;
using Braid.Threading;

namespace Braid.Python;

/// <summary>The exceptions of Python that can be read, and the one that an exception of .NET becomes.</summary>
internal static class Exceptions
{
    private const string Builtin = "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError " +
        "BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError " +
        "ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError " +
        "FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError " +
        "InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError " +
        "NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError " +
        "PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StandardError " +
        "StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError " +
        "UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning " +
        "ValueError Warning ZeroDivisionError";

    private static readonly (string Module, string Names)[] s_others =
    [
        ("threading", "BrokenBarrierError"),
        ("concurrent.futures._base", "CancelledError Error InvalidStateError TimeoutError BrokenExecutor"),
        ("concurrent.futures.process", "BrokenProcessPool"),
        ("concurrent.futures.thread", "BrokenThreadPool"),
        ("asyncio.exceptions", "BrokenBarrierError CancelledError InvalidStateError TimeoutError"),
        ("asyncio.queues", "QueueEmpty QueueFull QueueShutDown"),
        ("multiprocessing.context", "AuthenticationError BufferTooShort ProcessError TimeoutError"),
        ("multiprocessing.managers", "RemoteError"),
        ("pickle", "PickleError PicklingError UnpicklingError"),
        ("_pickle", "PickleError PicklingError UnpicklingError"),
        ("decimal", "DivisionByZero InvalidOperation Overflow Underflow"),
        ("struct", "error"),
        ("json.decoder", "JSONDecodeError"),
        ("subprocess", "CalledProcessError SubprocessError TimeoutExpired"),
    ];

    public static IEnumerable<GlobalReader> Readers { get; } =
    [
        .. Builtin.Split(' ').Select(static name => Reader("builtins", name)),
        .. s_others.SelectMany(static row => row.Names.Split(' ').Select(name => Reader(row.Module, name))),
        .. new[] { "_queue", "queue" }.Select(static module =>
            QueueReader(module, "Empty", static message => new QueueEmptyException(message))),
        QueueReader("queue", "Full", static message => new QueueFullException(message)),
        QueueReader("queue", "ShutDown", static message => new QueueShutDownException(message)),
    ];

    /// <summary>The exception of Python that says the same, or a RuntimeError that names the type.</summary>
    public static PythonException Of(Exception exception) =>
        Counterpart(exception) ?? Make("RuntimeError", $"{exception.GetType()}: {exception.Message}");

    /// <summary>The exception of Python that says the same; null if there is none.</summary>
    public static PythonException? Counterpart(Exception exception) => exception switch
    {
        PythonException same => same,
        QueueEmptyException => MakeOf("_queue", "Empty"),
        QueueFullException => MakeOf("queue", "Full"),
        QueueShutDownException => MakeOf("queue", "ShutDown"),
        BrokenBarrierException => MakeOf("threading", "BrokenBarrierError", exception.Message),
        OperationCanceledException => MakeOf("concurrent.futures._base", "CancelledError", exception.Message),
        _ => OfBuiltin(exception),
    };

    public static void SetAttributes(ReadContext context, PythonException exception, Dictionary<object, object?> attributes)
    {
        context.Charge(attributes.Count, ReadContext.ValueCost);
        foreach ((object name, object? value) in attributes)
        {
            exception.Attributes[name as string ?? throw PickleException.Arguments("an exception", "attributes with names")] = value;
        }
    }

    /// <summary>An exception that Python has built in.</summary>
    public static PythonException Make(string name, params object?[] args) => MakeOf("builtins", name, args);

    private static PythonException? OfBuiltin(Exception exception)
    {
        string? name = exception switch
        {
            KeyNotFoundException => "KeyError",
            IndexOutOfRangeException => "IndexError",
            ArgumentException or FormatException => "ValueError",
            TimeoutException => "TimeoutError",
            NotImplementedException => "NotImplementedError",
            InvalidCastException => "TypeError",
            DivideByZeroException => "ZeroDivisionError",
            OverflowException => "OverflowError",
            ArithmeticException => "ArithmeticError",
            InsufficientExecutionStackException => "RecursionError",
            OutOfMemoryException => "MemoryError",
            FileNotFoundException or DirectoryNotFoundException => "FileNotFoundError",
            EndOfStreamException => "EOFError",
            UnauthorizedAccessException => "PermissionError",
            IOException => "OSError",
            InvalidOperationException or NotSupportedException => "RuntimeError",
            _ => null,
        };
        return name is null ? null : Make(name, exception.Message);
    }

    private static PythonException MakeOf(string module, string name, params object?[] args) => new(new PythonGlobal(module, name), args);

    private static GlobalReader Reader(string module, string name)
    {
        var type = new PythonGlobal(module, name);
        return new GlobalReader(module, name) { Call = (context, args) => Create(context, type, args) };
    }

    /// <summary>
    /// A reader that creates the counterpart of Braid, or a <see cref="PythonException"/> if that cannot hold the arguments.
    /// </summary>
    private static GlobalReader QueueReader(string module, string name, Func<string, Exception> create)
    {
        var type = new PythonGlobal(module, name);
        return new GlobalReader(module, name)
        {
            Call = (context, args) => args switch
            {
                [] => create($"Python raised {type}."),
                [string message] => create(message),
                _ => Create(context, type, args),
            },
        };
    }

    private static PythonException Create(ReadContext context, PythonGlobal type, object?[] args)
    {
        const int Cost = 300;                            // the exception, and the dictionary of its attributes
        context.Charge(Cost);
        return new PythonException(type, args);
    }
}
