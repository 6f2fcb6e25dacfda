import kafkajs from 'kafkajs';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
const VERSION = 0;
const NO_USER_DATA = Buffer.alloc(0);

interface TopicSize {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** Partitions by topic for each member: a number goes to the same member in every topic. */
export const sameNumbers = (
  members: readonly string[],
  topics: readonly TopicSize[],
): ReadonlyMap<string, Record<string, number[]>> => {
  const sorted = [...members].sort();
  return new Map(
    sorted.map((member, at) => [
      member,
      Object.fromEntries(
        topics
          .map(
            ({ topic, partitions }) =>
              [topic, partitions.filter((partition) => partition % sorted.length === at)] as const,
          )
          .filter(([, partitions]) => partitions.length > 0),
      ),
    ]),
  );
};

/**
 * Gives partitions of one number to one member, whatever topic they are of. Topics that fold into one state have the same keys and
 * as many partitions: so one process folds a key, whichever topic speaks of it. kafkajs's own assigner does so only where the number
 * of members divides that of the partitions; else two processes meet on a key, and one of them folds again.
 */
export const sameNumberAssigner: kafkajs.PartitionAssigner = ({ cluster }) => ({
  name: 'SameNumberAssigner',
  version: VERSION,
  async assign({ members, topics }) {
    const sizes = topics.map((topic) => ({
      topic,
      partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
    }));
    const assigned = sameNumbers(
      members.map(({ memberId }) => memberId),
      sizes,
    );
    return [...assigned].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version: VERSION, assignment, userData: NO_USER_DATA }),
    }));
  },
  protocol: ({ topics }) => ({
    name: 'SameNumberAssigner',
    metadata: MemberMetadata.encode({ version: VERSION, topics, userData: NO_USER_DATA }),
  }),
});
