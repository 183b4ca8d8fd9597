namespace Braid.Multiprocessing;

/// <content>How the parent signals and kills the process, and reaps it once it has ended.</content>
internal sealed unsafe partial class Worker
{
    /// <summary>Kills it and everything in its group. The first reason is the one that is reported.</summary>
    public void Kill(ExitReason reason) => Signal(Signals.Kill, reason, wholeGroup: true);

    /// <summary>Sends a signal; does nothing if it has ended.</summary>
    public void Signal(int signal, ExitReason reason, bool wholeGroup)
    {
        using (_gate.EnterScope())
        {
            if (_isReaped)
            {
                return;
            }

            bool isThere = ChildStatus.Send(Pid, PidDescriptor, signal);
            if (isThere && _killReason == ExitReason.None)
            {
                _killReason = reason;
            }

            if (wholeGroup && isThere)
            {
                ChildStatus.SendToGroup(Pid, signal);
            }
        }
    }

    /// <summary>Sends its group a signal that does not end it.</summary>
    public void SignalGroup(int signal)
    {
        using (_gate.EnterScope())
        {
            if (!_isReaped && ChildStatus.Send(Pid, PidDescriptor, signal: 0))
            {
                ChildStatus.SendToGroup(Pid, signal);
            }
        }
    }

    /// <summary>
    /// Kills a worker whose side of the shared memory is inconsistent: nothing that it has written there counts any more.
    /// </summary>
    private void KillCorrupted(string fault)
    {
        _fault ??= fault;
        Kill(ExitReason.Corrupted);
    }

    /// <summary>
    /// Determines how it ended and reaps it. Called by the monitor once the process has ended; a second call only returns the end.
    /// </summary>
    public WorkerEnd Reap() => _end ??= ReapNow();

    private WorkerEnd ReapNow()
    {
        int code = ChildStatus.Of(Pid) ?? ChildStatus.Unknown;
        ReadRest(_output);
        ReadRest(_error);
        ExitReason reason;
        using (_gate.EnterScope())
        {
            if (ChildStatus.Send(Pid, PidDescriptor, signal: 0))
            {
                ChildStatus.SendToGroup(Pid, Signals.Kill);
                if (_leavesFiles)
                {
                    DiagnosticsFiles.Delete(Pid);   // before the pid may be another process's
                }

                ChildStatus.Reap(Pid);
                reason = ReasonFor(code);
            }
            else
            {
                // Reaped elsewhere: the pid may have been reused by now. The signal it was sent is the best guess.
                code = code != ChildStatus.Unknown || _killReason == ExitReason.None ? code
                    : _killReason == ExitReason.Terminated ? -Signals.Terminate
                    : -Signals.Kill;
                reason = code == ChildStatus.Unknown ? ExitReason.Unknown : ReasonFor(code);
            }

            _isReaped = true;
        }

        Close(_output);
        Close(_error);
        Descriptors.Close(_spawned.Death);
        if (PidDescriptor >= 0)
        {
            Descriptors.Close(PidDescriptor);
        }

        if (_folder is not null)
        {
            CallbackThreads.Run(() => TemporaryFolders.Delete(_folder));   // it may hold a great many files
        }

        ProcessTable.Current.MarkDead(Token);
        long started = StartedRunningAt;
        return new WorkerEnd(Pid, code, reason, started == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started), PrivateBytes, _error.Last)
        {
            Sandbox = _sandbox?.ToString() ?? "",
            Fault = reason == ExitReason.Corrupted ? _fault ?? "it answered a task that it did not have" : "",
        };
    }

    /// <summary>Whatever goes wrong with a worker's output, its end is still reported.</summary>
    private static void ReadRest(OutputTail stream)
    {
        try
        {
            stream.Read(MaxRestBytes);
        }
        catch (Exception exception)
        {
            ServiceThread.Report("The rest of a worker's output is lost", exception);
        }
    }

    private static void Close(OutputTail stream)
    {
        try
        {
            stream.Close();
        }
        catch (Exception exception)
        {
            ServiceThread.Report("The last line of a worker's output is lost", exception);
        }
    }

    private ExitReason ReasonFor(int code) =>
        code >= 0 ? ExitReason.Exited
        : _killReason != ExitReason.None && (-code == Signals.Kill || (-code == Signals.Terminate && _killReason == ExitReason.Terminated))
            ? _killReason
        : -code == Signals.Kill && OomKills.Explain(_outOfMemoryBefore) ? ExitReason.OutOfMemory
        : ExitReason.Signaled;
}

/// <summary>
/// The files through which .NET's diagnostics tools attach to a process. The runtime deletes them when the process ends, but not when it is
/// killed.
/// </summary>
internal static class DiagnosticsFiles
{
    /// <summary>Deletes those of a process that has ended and whose pid cannot have been reused.</summary>
    public static void Delete(int pid)
    {
        try
        {
            foreach (string pattern in (string[])[$"dotnet-diagnostic-{pid}-*", $"clr-debug-pipe-{pid}-*"])
            {
                foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), pattern))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They are small, and no tool takes them for a live process.
        }
    }
}
