namespace BugZoo.Literature;

/// <summary>Producer and consumer take turns by two flags. Who finds its flag down skips the turn instead of waiting for it.</summary>
internal static class AlternatingLog
{
    private const int Turns = 7;

    public static void Buggy()
    {
        var log = new Queue<int>();
        bool send = true;
        bool receive = false;
        int sent = 0;
        int mismatches = 0;
        Crew.Run(
            () =>
            {
                for (int i = 0; i < Turns; i++)
                {
                    lock (log)
                    {
                        if (send)
                        {
                            log.Enqueue(sent++);
                            send = false;
                            receive = true;
                        }
                    }
                }
            },
            () =>
            {
                for (int i = 0; i < Turns; i++)
                {
                    lock (log)
                    {
                        if (receive)
                        {
                            mismatches += log.Dequeue() == i ? 0 : 1;
                            receive = false;
                            send = true;
                        }
                    }
                }
            });
        Claim.That(mismatches == 0, "turn i removes entry i");
    }

    public static void Fixed()
    {
        var log = new Queue<int>();
        bool send = true;
        bool receive = false;
        int sent = 0;
        int mismatches = 0;
        Crew.Run(
            () =>
            {
                for (int i = 0; i < Turns; i++)
                {
                    lock (log)
                    {
                        while (!send)
                        {
                            Monitor.Wait(log);
                        }

                        log.Enqueue(sent++);
                        send = false;
                        receive = true;
                        Monitor.PulseAll(log);
                    }
                }
            },
            () =>
            {
                for (int i = 0; i < Turns; i++)
                {
                    lock (log)
                    {
                        while (!receive)
                        {
                            Monitor.Wait(log);
                        }

                        mismatches += log.Dequeue() == i ? 0 : 1;
                        receive = false;
                        send = true;
                        Monitor.PulseAll(log);
                    }
                }
            });
        Claim.That(mismatches == 0, "turn i removes entry i");
    }
}
