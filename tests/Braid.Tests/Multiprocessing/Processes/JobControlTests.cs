using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A program that is stopped from its terminal stops whole.</summary>
public sealed class JobControlTests : TimedTest
{
    /// <summary>A shell with job control: the program is a job of a terminal. "stop" presses Ctrl-Z, "continue" brings the job back, other lines are typed.</summary>
    private const string Shell = """
        import os, pty, signal, sys, threading
        pid, terminal = pty.fork()
        if pid == 0:
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                os.execvp(sys.argv[1], sys.argv[1:])
            print("job", job, flush=True)
            os._exit(os.waitstatus_to_exitcode(os.waitpid(job, 0)[1]))
        job = None
        def read():
            global job
            text = b""
            while True:
                try:
                    more = os.read(terminal, 4096)
                except OSError:
                    return
                text += more
                *lines, text = text.split(b"\n")
                for line in lines:
                    line = line.decode().strip()
                    if line.startswith("job "):
                        job = int(line[4:])
                    print(line, flush=True)
        reader = threading.Thread(target=read)
        reader.start()
        for line in sys.stdin:
            line = line.strip()
            if line == "stop":
                os.write(terminal, b"\x1a")
            elif line == "continue":
                os.kill(-job, signal.SIGCONT)
            else:
                os.write(terminal, (line + "\n").encode())
                break
        reader.join()
        """;

    [Fact]
    public async Task Its_workers_and_theirs_stop_and_go_on_with_it()
    {
        using Python shell = Python.Start(Shell, DotnetRun.Host, ChildProgram.File, "processes-in-a-terminal");
        string? line;
        do
        {
            line = await shell.ReadLine();
        }
        while (line is not null && !line.Contains("pids ", StringComparison.Ordinal));   // before it stands what prepares the terminal
        int[] pids = [.. line![line!.IndexOf("pids ", StringComparison.Ordinal)..].Split(' ')[1..].Select(static pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        for (int round = 0; round < 2; round++)
        {
            await shell.WriteLine("stop");
            Eventually.Holds(() => pids.All(ProcessStatus.IsStopped));
            await shell.WriteLine("continue");
            Eventually.Holds(() => !pids.Any(ProcessStatus.IsStopped));
        }

        await shell.WriteLine("end");
        Assert.Contains("done", await shell.End(), StringComparison.Ordinal);
    }
}
