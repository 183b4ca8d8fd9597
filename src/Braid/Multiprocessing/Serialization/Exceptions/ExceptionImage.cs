using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Braid.Multiprocessing;

/// <summary>The description of an exception that arrived, from which the exception is made.</summary>
internal readonly record struct ExceptionImage(
    string TypeName,
    string Message,
    string? RawMessage,
    string? StackTrace,
    int HResult,
    string? Source,
    string? HelpLink,
    Exception? Inner)
{
    public KeyValuePair<object, object?>[] Data { get; init; } = [];

    /// <summary>
    /// Creates the exception of its own type without running a constructor of that type, which might hang or do anything.
    /// </summary>
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

    /// <summary>Creates the exception that stands in for it.</summary>
    public RemoteException StandIn(string reason) =>
        (RemoteException)Finish(new RemoteException(TypeName, Message, StackTrace, Inner, reason));

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

/// <summary>The state of an exception beyond what every exception has.</summary>
internal static class ExceptionParts
{
    private static readonly ConcurrentDictionary<Type, FieldList> s_fields = new();

    /// <summary>
    /// The fields of the classes from the type up to <see cref="Exception"/>, excluding that one; without the token of a cancellation,
    /// which belongs to its source, and without the fields that an AggregateException derives.
    /// </summary>
    public static FieldList FieldsOf(Type type) =>
        s_fields.GetOrAdd(type, static type => new FieldList(type, FieldList.FieldsOf(type).Where(field =>
        field.DeclaringType != typeof(Exception)
        && !(field.DeclaringType == typeof(OperationCanceledException) && field.FieldType == typeof(CancellationToken))
        && !(field.DeclaringType == typeof(AggregateException) && field.FieldType != typeof(Exception[])))));

    /// <summary>The message that was passed to the constructor; a derived class may show another one.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    public static extern ref string? RawMessage(Exception exception);

    /// <summary>The inner exception, which normally only a constructor sets.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    public static extern ref Exception? Inner(Exception exception);

    /// <summary>
    /// Runs the base class's constructor on an object without running those of derived classes, which are not ours to run.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    public static extern void Construct(Exception exception, string? message, Exception? innerException);
}

/// <summary>Summarises a written exception from its beginning, without running code of its type.</summary>
internal static class ExceptionSummary
{
    /// <returns>The type and the message.</returns>
    public static unsafe string Of(byte* data, long bytes)
    {
        try
        {
            var reader = new PayloadReader(data, bytes, PayloadSource.Peer);
            reader.ReadStamp();
            reader.ReadByte();     // the marker of an exception
            reader.ReadByte();     // whether parts for rebuilding follow
            return $"{reader.ReadString()}: {reader.ReadString()}";
        }
        catch (PayloadException exception)
        {
            return $"an exception whose description is damaged: {exception.Message}";
        }
    }
}
