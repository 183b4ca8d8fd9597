using System.Runtime.ExceptionServices;

namespace Braid.Multiprocessing;

/// <summary>What arrived of an exception, from which it is made anew.</summary>
internal readonly record struct ExceptionImage(string TypeName, string Message, string? RawMessage, string? StackTrace, int HResult, string? Source, string? HelpLink, Exception? Inner)
{
    public KeyValuePair<object, object?>[] Data { get; init; } = [];

    /// <summary>Makes it of its own type. No constructor of that type runs: it might hang, or do anything.</summary>
    public Exception Rebuild(Type type, ref PayloadReader fields)
    {
        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        ExceptionParts.Construct(exception, RawMessage, Inner);
        ExceptionParts.FieldsOf(type).Read(ref fields, exception);
        if (exception is AggregateException { InnerExceptions: [var first, ..] } && Inner is null)
        {
            ExceptionParts.Inner(exception) = first;
        }

        return Finish(exception);
    }

    /// <summary>Makes what stands for it.</summary>
    public RemoteException StandIn(string reason) => (RemoteException)Finish(new RemoteException(TypeName, Message, StackTrace, Inner, reason));

    private Exception Finish(Exception exception)
    {
        exception.HResult = HResult;
        if (Source is not null)
        {
            exception.Source = Source;
        }

        if (HelpLink is not null)
        {
            exception.HelpLink = HelpLink;
        }

        foreach ((object key, object? value) in Data)
        {
            exception.Data[key] = value;
        }

        if (StackTrace is not null)
        {
            ExceptionDispatchInfo.SetRemoteStackTrace(exception, StackTrace);
        }

        return exception;
    }
}
