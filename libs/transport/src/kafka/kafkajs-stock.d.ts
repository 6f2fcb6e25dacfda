/** The client as it is published, untouched: for negative controls only. */
declare module 'kafkajs-stock' {
  import kafkajs from 'kafkajs';

  export default kafkajs;
}
