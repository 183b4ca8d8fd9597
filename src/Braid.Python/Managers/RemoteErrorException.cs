using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>
/// The server of a manager could not carry out a request, and has said so with a text instead of an exception: a name that is not exposed,
/// an object that is gone, a result that cannot be pickled.
/// </summary>
/// <remarks>
/// What a method raised arrives as that exception: a <see cref="PythonException"/>, or one of Braid's own. Python counterpart:
/// <c>multiprocessing.managers.RemoteError</c>.
/// </remarks>
public sealed class RemoteErrorException : ProcessException
{
    internal RemoteErrorException(string what, string remoteTraceback)
        : base($"{what}{Environment.NewLine}{remoteTraceback}") => RemoteTraceback = remoteTraceback;

    /// <summary>What the server has sent: mostly a traceback of its program.</summary>
    public string RemoteTraceback { get; }
}
