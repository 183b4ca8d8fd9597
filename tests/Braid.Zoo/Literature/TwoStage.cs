namespace BugZoo.Literature;

/// <summary>Two values that belong together are changed one after the other, each under its own lock; a reader between the stages sees a pair that never was meant.</summary>
internal static class TwoStage
{
    public static void Buggy2() => Run(writers: 1, new Lock(), new Lock(), atOnce: false);

    public static void Buggy20() => Run(writers: 19, new Lock(), new Lock(), atOnce: false);

    public static void Fixed2() => Run(writers: 1, new Lock(), new Lock(), atOnce: true);

    public static void Fixed20() => Run(writers: 19, new Lock(), new Lock(), atOnce: true);

    private static void Run(int writers, Lock firstGate, Lock secondGate, bool atOnce)
    {
        int first = 0;
        int second = 0;
        bool wrong = false;
        Action write = atOnce ? WriteAtOnce : Write;
        Action read = atOnce ? ReadAtOnce : Read;
        var work = new Action[writers + 1];
        Array.Fill(work, write);
        work[^1] = read;
        Crew.Run(work);
        Claim.That(!wrong, "the second value is one more than the first");

        void Write()
        {
            int mine = 1;
            lock (firstGate)
            {
                first = mine;
            }

            lock (secondGate)
            {
                second = mine + 1;
            }
        }

        void Read()
        {
            int seen;
            lock (firstGate)
            {
                if (first == 0)
                {
                    return;
                }

                seen = first;
            }

            lock (secondGate)
            {
                wrong = second != seen + 1;
            }
        }

        void WriteAtOnce()
        {
            lock (firstGate)
            {
                lock (secondGate)
                {
                    first = 1;
                    second = first + 1;
                }
            }
        }

        void ReadAtOnce()
        {
            lock (firstGate)
            {
                lock (secondGate)
                {
                    wrong = first != 0 && second != first + 1;
                }
            }
        }
    }
}
