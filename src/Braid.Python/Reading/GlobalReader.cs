namespace Braid.Python;

/// <summary>The reader of a class or function that a pickle names. Without a delegate it may be named, but not called.</summary>
internal sealed class GlobalReader
{
    public GlobalReader(string module, string name) => Global = new PythonGlobal(module, name) { Reader = this };

    public PythonGlobal Global { get; }

    /// <summary>Makes the value from the arguments.</summary>
    public Func<ReadContext, object?[], object?>? Call { get; init; }

    /// <summary>Makes the value from the arguments and from the state that must follow.</summary>
    public Func<ReadContext, object?[], object?, object?>? CallWithState { get; init; }

    /// <summary>
    /// Whether it takes bytes where the pickle has them, as <see cref="BytesInPlace"/>: in the state if there is one, otherwise in the
    /// arguments.
    /// </summary>
    public bool ReadsInPlace { get; init; }

    public object? Apply(ReadContext context, object?[] args)
    {
        if (CallWithState is not null)
        {
            context.UnbuiltCount++;
            return new Unbuilt(this, args);
        }

        return Call is null
            ? throw new PickleException($"The pickle calls {Global}, which may be named in it, but has no reader.")
            : Guard(() => Call(context, args));
    }

    public object? Build(ReadContext context, Unbuilt unbuilt, object? state)
    {
        context.UnbuiltCount--;
        return Guard(() => CallWithState!(context, unbuilt.Args, state));
    }

    private object? Guard(Func<object?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not PickleException)
        {
            throw new PickleException($"The reader of {Global} failed: {e.Message}", e);
        }
    }
}
