using System.ComponentModel;
using System.Net.Sockets;

namespace Braid.Multiprocessing;

/// <summary>Recognises an exception of a process in a sandbox that comes from a refusal of the system.</summary>
internal static class SandboxRefusal
{
    /// <summary>
    /// Gives an exception that a refusal has caused a <see cref="SandboxException"/> as its innermost cause. Its path, if it names one, is
    /// in the message that it has already.
    /// </summary>
    public static void AddCause(Exception failure, Sandbox sandbox)
    {
        bool isRefusal = false;
        Exception innermost = failure;
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            isRefusal |= IsRefusal(cause);
            innermost = cause;
        }

        if (isRefusal && innermost is not SandboxException)
        {
            ExceptionParts.Inner(innermost) = new SandboxException(
                $"The process was in a sandbox, where {sandbox}. The system has refused it something else.", sandbox);
        }
    }

    private static bool IsRefusal(Exception exception) => exception switch
    {
        UnauthorizedAccessException => true,
        SocketException socket => socket.SocketErrorCode == SocketError.AccessDenied || IsRefusal(socket.NativeErrorCode),
        Win32Exception native => IsRefusal(native.NativeErrorCode),
        IOException => IsRefusal(exception.HResult),
        _ => false,
    };

    private static bool IsRefusal(int error) => error is Errno.NotPermitted or Errno.AccessDenied;
}
